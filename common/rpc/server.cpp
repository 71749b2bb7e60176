#include "common/rpc/server.hpp"

#include <memory>
#include <stdexcept>

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "common/base/ip_address.hpp"
#include "common/base/log.hpp"
#include "common/rpc/connection_gate.hpp"

namespace im::rpc {

namespace {
constexpr int kMaxRequest = 4 << 20;
constexpr int kHandshakeMs = 10000;

/// Whoever reaches such a port is believed, so it belongs into a private network.
void warn_when_open(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto ip = parse_ip(host);
  if (host == "localhost" || (ip && is_loopback(*ip))) return;
  log::warn("gRPC listens beyond this machine, in plain text: keep this port in a private network",
            {{"address", address}});
}

}  // namespace

Server::Server(std::unique_ptr<ConnectionGate> gate, std::unique_ptr<grpc::Server> server)
    : gate_(std::move(gate)), server_(std::move(server)) {}

Server::~Server() { gate_->stop(); }

void Server::shutdown(std::chrono::milliseconds patience) {
  gate_->stop();
  server_->Shutdown(std::chrono::system_clock::now() + patience);
  server_->Wait();
}

std::uint64_t Server::refused() const { return gate_->refused(); }

std::unique_ptr<Server> start_server(const std::string& address, const std::vector<grpc::Service*>& services,
                                     const ServerLimits& limits) {
  auto gate = std::make_unique<ConnectionGate>(address, limits.max_connections);
  grpc::ServerBuilder builder;
  auto acceptor = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      limits.tls ? limits.tls->for_server() : grpc::InsecureServerCredentials());
  builder.SetMaxReceiveMessageSize(kMaxRequest);
  if (limits.tls) builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  if (limits.max_connection_age.count() > 0) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(limits.max_connection_age.count()));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30000);
  }
  for (auto* service : services) builder.RegisterService(service);
  auto server = builder.BuildAndStart();
  if (!server) throw std::runtime_error("gRPC cannot serve on " + address);
  gate->start(std::move(acceptor));
  if (!limits.tls) warn_when_open(address);
  return std::make_unique<Server>(std::move(gate), std::move(server));
}

grpc::Status to_grpc(const Error& error) {
  using enum Error::Code;
  grpc::StatusCode code = grpc::StatusCode::INTERNAL;
  switch (error.code) {
    case kInvalid:
      code = grpc::StatusCode::INVALID_ARGUMENT;
      break;
    case kDenied:
      code = grpc::StatusCode::UNAUTHENTICATED;
      break;
    case kNotFound:
      code = grpc::StatusCode::NOT_FOUND;
      break;
    case kConflict:
      code = grpc::StatusCode::FAILED_PRECONDITION;
      break;
    case kNotOwner:
      code = grpc::StatusCode::ABORTED;
      break;
    case kUnavailable:
      code = grpc::StatusCode::UNAVAILABLE;
      break;
    case kTimeout:
      code = grpc::StatusCode::DEADLINE_EXCEEDED;
      break;
    case kOverloaded:
      code = grpc::StatusCode::RESOURCE_EXHAUSTED;
      break;
    case kInternal:
      code = grpc::StatusCode::INTERNAL;
      break;
  }
  return {code, error.message};
}

Error from_grpc(const grpc::Status& status) {
  using enum Error::Code;
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return {kInvalid, status.error_message()};
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return {kDenied, status.error_message()};
    case grpc::StatusCode::NOT_FOUND:
      return {kNotFound, status.error_message()};
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return {kConflict, status.error_message()};
    case grpc::StatusCode::ABORTED:
      return {kNotOwner, status.error_message()};
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNAVAILABLE:
      return {kUnavailable, status.error_message()};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {kTimeout, status.error_message()};
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {kOverloaded, status.error_message()};
    default:
      return {kInternal, status.error_message()};
  }
}

}  // namespace im::rpc
