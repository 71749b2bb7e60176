#include "common/rpc/server.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "common/base/address.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/log.hpp"
#include "common/base/port_holder.hpp"

namespace im::rpc {

namespace {
constexpr int kMaxRequest = 4 << 20;

/// Whoever reaches such a port is believed, so it belongs into a private network.
void warn_when_open(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto ip = parse_ip(host);
  if (host == "localhost" || (ip && is_loopback(*ip))) return;
  log::warn("gRPC listens beyond this machine, in plain text: keep this port in a private network",
            {{"address", address}});
}

/// gRPC does not say why it could not listen: ask the system.
std::string why_not(const std::string& address) {
  const auto where = parse_address(address);
  if (!where) return where.error().message;
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(where.value().port);
  if (const int error = ::getaddrinfo(where.value().host.c_str(), port.c_str(), &hints, &found); error != 0)
    return ::gai_strerror(error);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return std::strerror(errno);
  const int error = ::bind(socket, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
  ::close(socket);
  if (error != EADDRINUSE) return error == 0 ? "gRPC cannot use this address" : std::strerror(error);
  const std::string holder = port_holder(where.value().port);
  return holder.empty() ? "the port is taken by another process" : "the port is held by " + holder;
}
}  // namespace

std::unique_ptr<grpc::Server> start_server(const std::string& address, const std::vector<grpc::Service*>& services,
                                           std::chrono::milliseconds max_connection_age) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kMaxRequest);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  if (max_connection_age.count() > 0) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(max_connection_age.count()));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30000);
  }
  for (auto* service : services) builder.RegisterService(service);
  auto server = builder.BuildAndStart();
  if (!server || port == 0) {
    throw std::runtime_error("cannot listen on " + address + " (gRPC): " + why_not(address));
  }
  warn_when_open(address);
  return server;
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
