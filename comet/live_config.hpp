#pragma once

#include <functional>
#include <vector>

#include "comet/cluster/control.hpp"
#include "comet/config.hpp"
#include "comet/edge/edge_limits.hpp"
#include "comet/worker.hpp"
#include "common/daemon/live_keys.hpp"

namespace im::comet {

/// Of one connection, of one address, of one user: the limits as comet's parts take them. Pure.
Rate message_rate(const Config& config);
AddressPolicy address_policy(const Config& config);
UserPolicy user_policy(const Config& config);

/// What a comet takes anew at SIGHUP: limits, origins and the logics it asks. The parts outlive it. Main thread.
class LiveConfig {
 public:
  LiveConfig(const Config& config, Edge& edge, std::vector<Worker*> workers, Control& control)
      : config_(config), edge_(edge), workers_(std::move(workers)), control_(control) {}

  void add_to(LiveKeys& keys);

 private:
  void add_rate(LiveKeys& keys, const std::string& name, Config::RateLimit& limit);
  void take_limits();

  Config config_;  ///< follows SIGHUP
  Edge& edge_;
  std::vector<Worker*> workers_;
  Control& control_;
};

}  // namespace im::comet
