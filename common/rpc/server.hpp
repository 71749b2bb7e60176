#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include "common/base/result.hpp"
#include "common/rpc/process_tls.hpp"

namespace im::rpc {

class ConnectionGate;

struct ServerLimits {
  std::size_t max_connections = 512;                ///< open at once; one more is closed
  std::chrono::milliseconds max_connection_age{};   ///< 0 = unlimited
  std::shared_ptr<ClusterTls> tls = process_tls();  ///< null: plain text
};

/// A gRPC server that listens. Its services outlive it.
class Server {
 public:
  Server(std::unique_ptr<ConnectionGate> gate, std::unique_ptr<grpc::Server> server);
  ~Server();
  /// Takes no connections and calls any more, gives running ones so long, then cuts them off. Returns when all ended.
  void shutdown(std::chrono::milliseconds patience);
  /// Connections closed because too many were open.
  std::uint64_t refused() const;

 private:
  std::unique_ptr<ConnectionGate> gate_;
  std::unique_ptr<grpc::Server> server_;
};

/// Starts a gRPC server with our limits (4 MiB messages, keepalive enforcement, so many connections; a second process
/// on the same port fails loudly). Throws std::runtime_error naming address and holder.
std::unique_ptr<Server> start_server(const std::string& address, const std::vector<grpc::Service*>& services,
                                     const ServerLimits& limits = {});

/// Error of ours ⇄ gRPC status.
grpc::Status to_grpc(const Error& error);
Error from_grpc(const grpc::Status& status);

}  // namespace im::rpc
