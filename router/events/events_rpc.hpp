#pragma once

#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "router/events/event_board.hpp"
#include "router/events/event_parts.hpp"

namespace im::router {

/// proto/im/events.proto over an EventBoard: a stream is a watcher, with one batch under way.
class EventsRpc {
 public:
  virtual ~EventsRpc() = default;
  virtual grpc::Service& service() = 0;
  /// Sends what is due. Any thread; a few times a second.
  virtual void tick() = 0;
  /// Ends the streams, before the server is shut down.
  virtual void stop() = 0;
};
std::unique_ptr<EventsRpc> make_events_rpc(EventBoard& board, SessionsOf sessions_of, CallOf call_of);

}  // namespace im::router
