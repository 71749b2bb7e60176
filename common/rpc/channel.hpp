#pragma once

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

namespace im::rpc {

/// A channel to any of `addresses` ("host:port"), round robin over those that are up, with keepalive (10 s), capped
/// reconnect backoff (100 ms to 2 s) and a 4 MiB message limit. Plain text: daemons talk on trusted networks
/// (docs/security.md).
std::shared_ptr<grpc::Channel> make_channel(const std::vector<std::string>& addresses);

}  // namespace im::rpc
