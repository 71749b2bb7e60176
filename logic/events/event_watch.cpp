#include "logic/events/event_watch.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::logic {

namespace {
constexpr std::chrono::milliseconds kLook{500};
}

void EventWatch::start() {
  scheduler_.post([self = shared_from_this()] { self->look(); });
}

void EventWatch::stop() {
  stopped_ = true;
  open_.clear();
}

void EventWatch::look() {
  if (stopped_) return;
  for (const int router : source_->routers()) {
    if (!open_.contains(router)) open(router);
  }
  stats_.streams = open_.size();
  scheduler_.post_after(kLook, [self = shared_from_this()] { self->look(); });
}

void EventWatch::open(int router) {
  const std::uint64_t id = ++last_id_;
  const std::weak_ptr<EventWatch> weak = weak_from_this();
  const auto on_thread = [weak, this](std::function<void()> task) {
    if (const auto self = weak.lock()) scheduler_.post([self, task = std::move(task)] { task(); });
  };
  EventSource::Callbacks callbacks;
  callbacks.batch = [this, on_thread, router, id](std::uint64_t batch, std::vector<SlotEvent> events) {
    on_thread([this, router, id, batch, events = std::move(events)] { on_batch(router, id, batch, events); });
  };
  callbacks.ended = [this, on_thread, router, id](const Error& why) {
    on_thread([this, router, id, why] { on_ended(router, id, why); });
  };
  open_[router] = {id, source_->open(router, std::move(callbacks))};
}

void EventWatch::on_batch(int router, std::uint64_t id, std::uint64_t batch, const std::vector<SlotEvent>& events) {
  const auto found = open_.find(router);
  if (stopped_ || found == open_.end() || found->second.id != id) return;
  ++stats_.batches;
  stats_.events += events.size();
  const std::weak_ptr<EventWatch> weak = weak_from_this();
  auto open = std::make_shared<std::atomic<std::size_t>>(sinks_.size());
  const auto done = [this, weak, open, router, id, batch] {
    if (--*open > 0) return;
    if (const auto self = weak.lock()) scheduler_.post([self, router, id, batch] { self->settle(router, id, batch); });
  };
  for (SlotEventSink* sink : sinks_) sink->handle(events, done);
  if (sinks_.empty()) settle(router, id, batch);
}

void EventWatch::settle(int router, std::uint64_t id, std::uint64_t batch) {
  const auto found = open_.find(router);
  if (found != open_.end() && found->second.id == id) found->second.stream->settle(batch);
}

void EventWatch::on_ended(int router, std::uint64_t id, const Error& why) {
  const auto found = open_.find(router);
  if (found == open_.end() || found->second.id != id) return;
  open_.erase(found);  // opened again by the next look
  ++stats_.ended;
  if (const std::uint64_t times = told_.tell(scheduler_.now()))
    log::info("a router's stream of events ended; opened again", {{"why", why.message}, {"times", times}});
}

}  // namespace im::logic
