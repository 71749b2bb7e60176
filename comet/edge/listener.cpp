#include "comet/edge/listener.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "common/base/port_holder.hpp"

namespace im::comet {

namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress resolve(const Endpoint& endpoint) {
  SocketAddress address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (inet_pton(AF_INET, endpoint.bind.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    address.size = sizeof *v4;
  } else if (inet_pton(AF_INET6, endpoint.bind.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    address.size = sizeof *v6;
  } else {
    throw std::runtime_error("cannot listen on \"" + endpoint.bind + "\": not an IP address; use 0.0.0.0 for all");
  }
  return address;
}

[[noreturn]] void refuse(const Endpoint& endpoint, int error) {
  std::string text = "cannot listen on " + endpoint.bind + ":" + std::to_string(endpoint.port) + ": " +
                     std::generic_category().message(error);
  if (error == EADDRINUSE) {
    const std::string holder = port_holder(endpoint.port);
    if (!holder.empty()) text += " (held by " + holder + ")";
    text += "; stop that process or choose another port";
  }
  throw std::runtime_error(text);
}

int bound_socket(const Endpoint& endpoint, bool share) {
  const SocketAddress address = resolve(endpoint);
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) refuse(endpoint, errno);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    const int error = errno;
    ::close(fd);
    refuse(endpoint, error);
  }
  return fd;
}

}  // namespace

std::uint16_t probe(const Endpoint& endpoint) {
  const int fd = bound_socket(endpoint, false);
  // Only listening tells that nobody else listens: SO_REUSEADDR lets two sockets bind.
  const int failed = ::listen(fd, 1) == 0 ? 0 : errno;
  sockaddr_storage actual{};
  socklen_t size = sizeof actual;
  getsockname(fd, reinterpret_cast<sockaddr*>(&actual), &size);
  ::close(fd);
  if (failed != 0) refuse(endpoint, failed);
  const bool v4 = actual.ss_family == AF_INET;
  return ntohs(v4 ? reinterpret_cast<sockaddr_in*>(&actual)->sin_port
                  : reinterpret_cast<sockaddr_in6*>(&actual)->sin6_port);
}

int bind_shared(const Endpoint& endpoint) { return bound_socket(endpoint, true); }

void start_listening(int fd, const Endpoint& endpoint, int backlog) {
  if (::listen(fd, backlog) != 0) refuse(endpoint, errno);
}

}  // namespace im::comet
