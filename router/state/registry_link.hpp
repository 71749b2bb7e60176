#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/scheduler.hpp"
#include "common/registry/node_lease.hpp"
#include "common/registry/node_watch.hpp"
#include "router/state/kept_registry.hpp"

namespace im::router {

/// This router and the node registry: it follows the list of the router that keeps it, and stands in the list itself,
/// so that operators see the whole cluster. Domain thread.
class RegistryLink {
 public:
  /// `keeper`: address of the router that has the registry's slot; "" = nobody known.
  RegistryLink(Scheduler& scheduler, RouterState& state, const registry::Node& self,
               std::function<std::string()> keeper);
  void start();
  void stop();
  /// Takes this router out of the list when it keeps it itself.
  void leave();

 private:
  void followed(Result<registry::NodeListing> listing);

  RouterState& state_;
  KeptRegistry registry_;
  std::shared_ptr<registry::NodeLease> lease_;
  std::shared_ptr<registry::NodeWatch> watch_;
};

}  // namespace im::router
