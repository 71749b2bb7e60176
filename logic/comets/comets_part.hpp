#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "logic/comets/replaced_teller.hpp"
#include "logic/comets/streaming_comet_gateway.hpp"
#include "logic/comets/user_events.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// Whole: the list names every comet that lives now.
CometListing listing_of(const NodeView& view);

/// The way to the comets past Kafka.
class CometsPart final : public Part {
 public:
  /// `name`: of this logic; `deadline`: of a command or a call.
  CometsPart(const std::string& name, std::chrono::milliseconds deadline, RoutersPart& routers);
  CometGateway& gateway() { return gateway_; }
  UserEvents& events() { return events_; }
  ReplacedTeller& replaced() { return *replaced_; }

  void add_metrics(MetricsPage& page) const override;
  void start() override { gateway_.start(); }
  void tick(TimePoint) override { replaced_->tick(); }
  void stop() override { gateway_.stop(); }

 private:
  StreamingCometGateway gateway_;
  UserEvents events_;
  std::shared_ptr<ReplacedTeller> replaced_;
};

}  // namespace im::logic
