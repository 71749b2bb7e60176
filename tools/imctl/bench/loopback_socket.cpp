#include "tools/imctl/bench/loopback_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

constexpr std::size_t kPerSource = 2000;

sockaddr_in socket_address(const std::string& host, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &out.sin_addr) != 1) throw UsageError(host + " is not an IPv4 address");
  return out;
}

const sockaddr* generic(const sockaddr_in& in) { return reinterpret_cast<const sockaddr*>(&in); }

}  // namespace

int connect_from_many(const Address& server, std::size_t n, bool wait) {
  const sockaddr_in to = socket_address(server.host, server.port);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0);
  if (fd < 0) throw Failure(std::string("socket: ") + std::strerror(errno) + " (ulimit -n)");
  if (server.host.starts_with("127.")) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const std::size_t source = n / kPerSource;
    const auto from =
        socket_address("127.1." + std::to_string(source / 250 % 250) + "." + std::to_string(1 + source % 250), 0);
    (void)::bind(fd, generic(from), sizeof from);  // else connect() takes an address of its own
  }
  if (::connect(fd, generic(to), sizeof to) == 0 || (!wait && errno == EINPROGRESS)) return fd;
  const std::string why = std::strerror(errno);
  ::close(fd);
  throw Failure("cannot connect to " + server.text() + ": " + why, kUnreachable);
}

}  // namespace im::imctl
