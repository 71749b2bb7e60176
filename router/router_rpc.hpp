#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/slots/slot_keeper.hpp"
#include "router/state/router_state.hpp"

namespace im::router {

struct RpcStats {
  std::atomic<std::uint64_t> binds{0}, binds_refused{0}, superseded{0}, unbinds{0}, unbinds_stale{0}, locates{0},
      located{0}, locates_cut{0}, not_owner{0};
};

/// What the RPCs need beside the state.
struct RpcContext {
  RouterState& state;
  const SlotKeeper& keeper;
  bool shared = false;  ///< the slots are kept in a store
  /// Runs its argument when what was changed in the registry's slot is in the store, or cannot be brought there.
  std::function<void(std::function<void()>)> durable;
};

/// proto/im/router.proto over RouterState. Handlers are short and never wait, but for the long poll of ListNodes and
/// for the store in RegisterNode.
class RouterRpc {
 public:
  virtual ~RouterRpc() = default;
  virtual grpc::Service& service() = 0;
  /// Answers long polls that are due or have news. Call a few times a second.
  virtual void tick() = 0;
  virtual const RpcStats& stats() const = 0;
};
std::unique_ptr<RouterRpc> make_router_rpc(RpcContext context);

}  // namespace im::router
