#pragma once

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace im {

struct RawResponse {
  int status = 0;
  std::string head;  ///< status line and header lines
  std::string body;
};

/// A TCP connection that sends what it is told, right or wrong. Nothing waits longer than 10 s.
class RawClient {
 public:
  /// `from`: our own address, in the network order of bytes.
  explicit RawClient(std::uint16_t port, in_addr_t from = htonl(INADDR_LOOPBACK))
      : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = from;
    const bool bound = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!bound || ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False: the server has reset the connection.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end() const { ::shutdown(fd_, SHUT_WR); }

  /// The next response; `head_only` for HEAD. Status 0: the connection ended.
  RawResponse response(bool head_only = false) {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some()) return {};
    }
    RawResponse out;
    out.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    out.status = std::stoi(out.head.substr(9, 3));
    const std::size_t at = out.head.find("Content-Length: ");
    const std::size_t size = at == std::string::npos || head_only ? 0 : std::stoul(out.head.substr(at + 16));
    while (buffer_.size() < size && read_some()) {
    }
    out.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }
  /// All that comes until the connection ends.
  std::string rest() {
    while (read_some()) {
    }
    return std::exchange(buffer_, {});
  }
  /// True once the server has ended the connection in order, with nothing unread.
  bool closed() {
    while (read_some()) {
    }
    return ended_ && buffer_.empty();
  }

 private:
  bool read_some() {
    std::array<char, 4096> chunk{};
    const auto size = ::recv(fd_, chunk.data(), chunk.size(), 0);
    ended_ = size == 0;
    if (size <= 0) return false;
    buffer_.append(chunk.data(), static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace im
