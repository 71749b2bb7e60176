#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "router/nodes/node_registry.hpp"
#include "router/slots/slot_keeper.hpp"

namespace im::router {

struct NodeListing {
  std::vector<NodeRow> nodes;
  std::uint64_t version = 0;
  bool complete = false;
  std::int64_t clock_us = 0;  ///< the cluster's clock when it was written
};

/// Other routers. Calls never block; each callback runs once, on any thread.
class PeerGateway {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;
  virtual ~PeerGateway() = default;
  virtual void ask_lease(const std::string& address, std::function<void(PeerLease)> done) = 0;
  /// Long poll of the router that keeps the node registry.
  virtual void list_nodes(const std::string& address, std::uint64_t after_version, std::chrono::milliseconds wait,
                          Done<NodeListing> done) = 0;
  virtual void register_router(const std::string& address, const NodeRow& self, Done<InstanceEpoch> done) = 0;
  /// False: register again.
  virtual void renew_router(const std::string& address, const std::string& name, InstanceEpoch epoch,
                            Done<bool> done) = 0;
};

std::unique_ptr<PeerGateway> make_grpc_peer_gateway();

}  // namespace im::router
