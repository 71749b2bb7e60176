#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/base/scheduler.hpp"
#include "common/daemon/health.hpp"
#include "common/registry/node_lease.hpp"
#include "common/registry/node_watch.hpp"
#include "common/routers/router_map.hpp"
#include "logic/routers/known_comets.hpp"

namespace im::logic {

using NodeInfo = registry::Node;
using registry::NodeKind;

/// The last answer of the router and how old it is; no age: it has never answered. `complete`: it names all nodes.
struct NodeView {
  std::vector<NodeInfo> nodes;
  std::uint64_t version = 0;
  std::optional<std::chrono::milliseconds> age;
  bool complete = false;
};

/// The node list of the router that keeps it, and this logic's own lease in it. Lists come on the scheduler's thread;
/// any thread asks.
class NodeList {
 public:
  NodeList(routers::RouterMap& routers, Scheduler& scheduler, const NodeInfo& self, Health& health);
  void start();
  void stop();
  std::vector<NodeInfo> nodes() const;
  NodeView view() const;
  std::uint64_t version() const;
  /// With those that a router which has just started anew has not heard of again yet.
  std::vector<CometInstance> comets() const;
  /// The same, when they are all and the list is not older than `age`.
  std::optional<std::vector<CometInstance>> comets_within(std::chrono::milliseconds age) const;
  /// Ends the lease of a comet, whose sessions are then gone at once; one that lives comes back by itself.
  void forget(CometNumber number, std::function<void(Status)> done);

 private:
  void heard(Result<registry::NodeListing> listing);
  void look_at_routers(const std::string& detail);

  routers::RouterMap& routers_;
  Scheduler& scheduler_;
  Health& health_;
  const std::unique_ptr<registry::Registry> registry_;
  const std::shared_ptr<registry::NodeLease> lease_;
  const std::shared_ptr<registry::NodeWatch> watch_;
  mutable std::mutex mutex_;
  std::vector<NodeInfo> nodes_;
  KnownComets comets_;
  std::uint64_t version_ = 0;
  bool complete_ = false;
  std::optional<TimePoint> answered_;
};

}  // namespace im::logic
