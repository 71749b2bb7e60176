#pragma once

#include <memory>
#include <string>

#include <grpcpp/channel.h>

namespace im::rpc {

/// A channel to `address` ("host:port", "[::1]:port"; of a name with several addresses round robin over those that are
/// up), with keepalive (10 s), capped reconnect backoff (100 ms to 2 s) and a 4 MiB message limit, never through a
/// proxy. Plain text: daemons talk on trusted networks (docs/security.md).
std::shared_ptr<grpc::Channel> make_channel(const std::string& address);

}  // namespace im::rpc
