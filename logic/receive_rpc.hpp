#pragma once

#include <functional>

#include "im/logic.pb.h"
#include "logic/identity/connection_service.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// Left of a session; 0 = it does not end by itself. At least a moment: a token that ends right now must not become one
/// that never ends.
std::int64_t ms_until(std::int64_t expires_s);

/// Packets that comets pass on: op 100 to the request router, every other to ConnectionService. Any thread.
class ReceiveRpc {
 public:
  ReceiveRpc(ConnectionService& connections, RequestRouter& requests)
      : connections_(connections), requests_(requests) {}
  /// `reply` is filled when `done` runs: once, on any thread.
  void receive(const ReceiveRequest& request, ReceiveReply& reply, std::function<void()> done);

 private:
  void run_request(const ReceiveRequest& request, ReceiveReply& reply, std::function<void()> done);

  ConnectionService& connections_;
  RequestRouter& requests_;
};

}  // namespace im::logic
