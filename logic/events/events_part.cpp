#include "logic/events/events_part.hpp"

#include <future>
#include <utility>

#include "common/daemon/metrics.hpp"
#include "logic/events/grpc_event_source.hpp"

namespace im::logic {

EventsPart::EventsPart(RoutersPart& routers, std::string name)
    : scheduler_(routers.calls().scheduler()),
      watch_(std::make_shared<EventWatch>(scheduler_, make_grpc_event_source(routers.calls().map(), std::move(name)))) {
}

void EventsPart::add_metrics(MetricsPage& page) const {
  const EventWatch::Stats& stats = watch_->stats();
  page.gauge("im_logic_event_streams", "Routers that tell this logic what happens in slots.",
             static_cast<double>(stats.streams));
  page.counter("im_logic_event_batches_total", "Batches of slot events.", static_cast<double>(stats.batches));
  page.counter("im_logic_events_total", "Slot events.", static_cast<double>(stats.events));
  page.counter("im_logic_event_streams_ended_total", "Streams that a router ended.", static_cast<double>(stats.ended));
}

void EventsPart::stop() {
  const auto stopped = std::make_shared<std::promise<void>>();
  auto answer = stopped->get_future();
  scheduler_.post([watch = watch_, stopped] {
    watch->stop();
    stopped->set_value();
  });
  answer.wait_for(std::chrono::seconds(1));  // not started: the thread runs nothing
}

}  // namespace im::logic
