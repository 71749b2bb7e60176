#pragma once

#include <chrono>
#include <memory>

#include "logic/admin/kick_http.hpp"
#include "logic/admin/trace_http.hpp"
#include "logic/comets/replaced_teller.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// The way to the comets.
class CometsPart final : public Part {
 public:
  CometsPart(std::chrono::milliseconds deadline, RoutersPart& routers)
      : kicker_(make_grpc_kicker([&nodes = routers.nodes()] { return nodes.nodes(); }, deadline)),
        tracer_(make_grpc_comet_tracer(deadline)),
        replaced_(std::make_shared<ReplacedTeller>([&nodes = routers.nodes()] { return nodes.nodes(); }, deadline)) {}
  Kicker& kicker() { return *kicker_; }
  CometTracer& tracer() { return *tracer_; }
  ReplacedTeller& replaced() { return *replaced_; }
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint) override { replaced_->tick(); }

 private:
  std::unique_ptr<Kicker> kicker_;
  std::unique_ptr<CometTracer> tracer_;
  std::shared_ptr<ReplacedTeller> replaced_;
};

}  // namespace im::logic
