#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include "common/base/result.hpp"

namespace im::rpc {

/// Starts a gRPC server with our limits (4 MiB messages, keepalive enforcement, SO_REUSEPORT off so that a second
/// process on the same port fails loudly). Throws std::runtime_error naming address and holder.
/// `max_connection_age` 0 = unlimited.
std::unique_ptr<grpc::Server> start_server(const std::string& address, const std::vector<grpc::Service*>& services,
                                           std::chrono::milliseconds max_connection_age = {});

/// Error of ours ⇄ gRPC status.
grpc::Status to_grpc(const Error& error);
Error from_grpc(const grpc::Status& status);

}  // namespace im::rpc
