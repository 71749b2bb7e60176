#include "tools/load/client_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace im::load {

namespace {

sockaddr_in address(const std::string& host, std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &out.sin_addr) != 1)
    throw std::runtime_error(host + " is not an IPv4 address");
  return out;
}

const sockaddr* generic(const sockaddr_in& in) { return reinterpret_cast<const sockaddr*>(&in); }  // NOLINT

int open_socket(std::size_t source, const std::string& host) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error(std::string("socket: ") + std::strerror(errno));
  if (host.starts_with("127.")) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const sockaddr_in from =
        address("127.1." + std::to_string(source / 250) + "." + std::to_string(1 + source % 250), 0);
    (void)::bind(fd, generic(from), sizeof from);  // connect() then takes an address of its own
  }
  return fd;
}

}  // namespace

const std::string kUpgrade =
    "GET /sub HTTP/1.1\r\nHost: load\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

const std::string kCloseFrame("\x88\x82\0\0\0\0\x03\xe8", 8);

int connect_from(std::size_t source, const std::string& host, std::uint16_t port) {
  const int fd = open_socket(source, host);
  const sockaddr_in to = address(host, port);
  if (::connect(fd, generic(to), sizeof to) != 0) {
    const std::string why = std::strerror(errno);
    ::close(fd);
    throw std::runtime_error("cannot connect to " + host + ":" + std::to_string(port) + ": " + why);
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int start_connect_from(std::size_t source, const std::string& host, std::uint16_t port) {
  const int fd = open_socket(source, host);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  const sockaddr_in to = address(host, port);
  if (::connect(fd, generic(to), sizeof to) == 0 || errno == EINPROGRESS) return fd;
  ::close(fd);
  return -1;
}

std::string client_frame(const std::string& payload) {
  std::string out("\x82", 1);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  }
  return out + std::string(4, '\0') + payload;
}

}  // namespace im::load
