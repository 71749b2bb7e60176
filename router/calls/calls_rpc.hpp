#pragma once

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/calls/call_registry.hpp"

namespace im::router {

/// proto/im/calls.proto over a CallRegistry. Any thread.
class CallsRpc {
 public:
  struct Context {
    CallRegistry& calls;
    std::function<bool()> firm;   ///< this router may answer for its slots (see Standing)
    std::function<CallMs()> now;  ///< the cluster's clock
    /// Comes with true when all changes of the slot so far are in the store; at once when there is none.
    std::function<void(std::size_t slot, std::function<void(bool)>)> durable;
  };
  virtual ~CallsRpc() = default;
  virtual grpc::Service& service() = 0;
  /// The call as a slot event tells it (im.calls.CallTold); empty when it is gone.
  virtual std::string told(CallId call) = 0;
};
std::unique_ptr<CallsRpc> make_calls_rpc(CallsRpc::Context context);

}  // namespace im::router
