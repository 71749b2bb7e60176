#pragma once

#include <functional>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/presence/watcher_board.hpp"

namespace im::router {

/// proto/im/presence.proto over a WatcherBoard. Any thread.
class PresenceRpc {
 public:
  virtual ~PresenceRpc() = default;
  virtual grpc::Service& service() = 0;
};
/// `firm`: this router may answer for its slots (see Standing).
std::unique_ptr<PresenceRpc> make_presence_rpc(WatcherBoard& board, std::function<bool()> firm);

}  // namespace im::router
