#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/daemon/health.hpp"
#include "common/routers/router_map.hpp"

namespace im::logic {

/// A node as the registry lists it.
struct NodeInfo {
  std::string kind, name, grpc_address, ops_address, region, zone, env, hostname, version;
  std::vector<std::string> addresses;
  std::int64_t weight = 0, connections = 0, clients = 0, roomless = 0, registered_ms = 0, renewed_ms = 0,
               lease_left_ms = 0;
  bool offline = false, draining = false, restoring = false;
  CometInstance comet;
};

/// The last answer of the router and how old it is; no age: it has never answered.
struct NodeView {
  std::vector<NodeInfo> nodes;
  std::uint64_t version = 0;
  std::optional<std::chrono::milliseconds> age;
};

/// Follows the node list of the router that keeps it and this logic's own lease in it, on a thread of its own.
class NodeList {
 public:
  NodeList(routers::RouterMap& routers, NodeInfo self, Health& health);
  ~NodeList();
  void start();
  void stop();
  std::vector<NodeInfo> nodes() const;
  NodeView view() const;
  std::uint64_t version() const;
  /// With those that a router which has just started anew has not heard of again yet.
  std::vector<CometInstance> comets() const;
  /// The same, when the list is not older than `age`.
  std::optional<std::vector<CometInstance>> comets_within(std::chrono::milliseconds age) const;
  /// Ends the lease of a comet, whose sessions are then gone at once; one that lives comes back by itself.
  void forget(CometNumber number, std::function<void(Status)> done);

 private:
  void run();
  bool refresh();
  bool renew();
  void look_at_routers(bool answered, const std::string& detail);

  routers::RouterMap& routers_;
  NodeInfo self_;
  Health& health_;
  std::uint64_t epoch_ = 0;
  mutable std::mutex mutex_;
  std::vector<NodeInfo> nodes_;
  std::vector<CometInstance> comets_;
  std::uint64_t version_ = 0;
  const void* listed_from_ = nullptr;  ///< the router whose version it is
  std::optional<TimePoint> answered_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace im::logic
