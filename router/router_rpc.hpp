#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/router_state.hpp"

namespace im::router {

struct RpcStats {
  std::atomic<std::uint64_t> binds{0}, binds_refused{0}, unbinds{0}, unbinds_stale{0}, locates{0}, located{0},
      restored{0};
};

/// proto/im/router.proto over RouterState. Handlers are short and never wait, but for the long poll of ListNodes.
class RouterRpc {
 public:
  virtual ~RouterRpc() = default;
  virtual grpc::Service& service() = 0;
  /// Answers long polls that are due or have news. Call a few times a second.
  virtual void tick() = 0;
  virtual const RpcStats& stats() const = 0;
};
std::unique_ptr<RouterRpc> make_router_rpc(RouterState& state);

}  // namespace im::router
