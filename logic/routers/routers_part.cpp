#include "logic/routers/routers_part.hpp"

#include "common/daemon/metrics.hpp"
#include "logic/routers/grpc_shared_table.hpp"

namespace im::logic {

RoutersPart::RoutersPart(const RoutersConfig& config, const NodeInfo& self, Health& health)
    : map_(config.addresses),
      calls_(map_, timers_, config.deadline),
      prompt_calls_(map_, timers_, config.deadline, routers::Way::kPrompt),
      sessions_(make_grpc_session_directory(calls_)),
      shared_(make_grpc_shared_table(calls_)),
      nodes_(map_, timers_, self, health) {}

RoutersPart::~RoutersPart() { stop(); }

void RoutersPart::add_metrics(MetricsPage& page) const {
  page.counter("im_logic_locate_calls_total", "Locate calls to the router.",
               static_cast<double>(sessions_->locate_calls()));
  page.histogram("im_logic_locate_seconds", "From a push that asks where its sessions are to the routers' answer.",
                 sessions_->locate_times());
}

void RoutersPart::start() {
  timers_.start();
  map_.start();
  nodes_.start();
}

void RoutersPart::stop() {
  nodes_.stop();
  map_.stop();
  timers_.stop();
}

}  // namespace im::logic
