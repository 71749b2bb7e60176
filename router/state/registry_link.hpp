#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/scheduler.hpp"
#include "router/nodes/peer_gateway.hpp"
#include "router/state/router_state.hpp"

namespace im::router {

/// This router and the node registry: it follows the list of the router that keeps it, and stands in the list itself.
/// Domain thread.
class RegistryLink : public std::enable_shared_from_this<RegistryLink> {
 public:
  /// `keeper`: address of the router that has the registry's slot; "" = nobody known.
  RegistryLink(Scheduler& scheduler, RouterState& state, PeerGateway& peers, NodeRow self,
               std::function<std::string()> keeper);
  void start();
  void stop() { stopped_ = true; }
  /// Takes this router out of the list when it keeps it itself.
  void leave();

 private:
  void follow();
  void followed(const std::string& from, Result<NodeListing> listing);
  void follow_in(std::chrono::milliseconds delay);
  void enter();
  void enter_in(std::chrono::milliseconds delay);
  void renew_here();
  void renew_there(const std::string& address);
  void register_there(const std::string& address);

  Scheduler& scheduler_;
  RouterState& state_;
  PeerGateway& peers_;
  const NodeRow self_;
  const std::function<std::string()> keeper_;
  std::string followed_from_;
  std::uint64_t version_ = 0;
  InstanceEpoch epoch_;
  bool stopped_ = false;
};

}  // namespace im::router
