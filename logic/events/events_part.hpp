#pragma once

#include <memory>
#include <string>

#include "logic/events/event_watch.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// What happens in the slots of the routers, for those who registered with add() before start().
class EventsPart final : public Part {
 public:
  /// `name`: this logic's, the same after a restart.
  EventsPart(RoutersPart& routers, std::string name);
  void add(SlotEventSink& sink) { watch_->add(sink); }

  void add_metrics(MetricsPage& page) const override;
  void start() override { watch_->start(); }
  void stop() override;

 private:
  Scheduler& scheduler_;
  const std::shared_ptr<EventWatch> watch_;
};

}  // namespace im::logic
