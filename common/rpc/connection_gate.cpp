#include "common/rpc/connection_gate.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/log.hpp"
#include "common/base/port_holder.hpp"

namespace im::rpc {

namespace {

using Found = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

struct HostPort {
  std::string host, port;
};

/// "HOST:PORT" or "[IPV6]:PORT"; port 0 takes a free one.
HostPort split(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  HostPort out{address.substr(0, colon), address.substr(colon + 1)};
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  return out;
}

[[noreturn]] void fail(const std::string& address, const std::string& why) {
  throw std::runtime_error("cannot listen on " + address + " (gRPC): " + why);
}

std::string held(const std::string& port) {
  const std::string holder = port_holder(static_cast<std::uint16_t>(std::stoi(port)));
  return holder.empty() ? "the port is taken by another process" : "the port is held by " + holder;
}

/// -1 and errno: it does not work.
int listening_socket(const addrinfo& at) {
  constexpr int kBacklog = 1024;
  const int socket = ::socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  const int on = 1, off = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (at.ai_family == AF_INET6) ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(socket, at.ai_addr, at.ai_addrlen) == 0 && ::listen(socket, kBacklog) == 0) return socket;
  const int why = errno;
  ::close(socket);
  errno = why;
  return -1;
}

}  // namespace

ConnectionGate::ConnectionGate(const std::string& address, std::size_t most) : address_(address), most_(most) {
  listen_at(address);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

ConnectionGate::~ConnectionGate() {
  stop();
  if (wake_ >= 0) ::close(wake_);
}

void ConnectionGate::listen_at(const std::string& address) {
  const HostPort where = split(address);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &list); error != 0)
    fail(address, ::gai_strerror(error));
  const Found found(list, ::freeaddrinfo);
  int why = 0;
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    const int socket = listening_socket(*at);
    if (socket < 0) why = errno;
    if (socket >= 0) listeners_.push_back(socket);
  }
  if (!listeners_.empty() && why != EADDRINUSE) return;  // one family may be missing on this machine
  for (const int socket : listeners_) ::close(socket);
  listeners_.clear();
  fail(address, why == EADDRINUSE ? held(where.port) : std::strerror(why));
}

void ConnectionGate::start(std::unique_ptr<Acceptor> acceptor) {
  acceptor_ = std::move(acceptor);
  thread_ = std::thread([this] { run(); });
}

void ConnectionGate::stop() {
  const std::uint64_t one = 1;
  if (thread_.joinable() && ::write(wake_, &one, sizeof one) == sizeof one) thread_.join();
  for (const int socket : listeners_) ::close(socket);
  listeners_.clear();
}

void ConnectionGate::run() {
  std::vector<pollfd> watched{{wake_, POLLIN, 0}};
  for (const int listener : listeners_) watched.push_back({listener, POLLIN, 0});
  while (::poll(watched.data(), watched.size(), -1) >= 0 || errno == EINTR) {
    if (watched[0].revents != 0) return;
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents != 0) accept_one(watched[i].fd);
    }
  }
}

void ConnectionGate::accept_one(int listener) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) {
    // Out of descriptors the connection stays in the backlog, and poll() would come back at once.
    if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return;
  }
  struct stat file{};
  if (full() || ::fstat(fd, &file) != 0) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    ::close(fd);
    if (const auto count = told_.tell(monotonic_now()))
      log::warn("gRPC connections are refused: grpc.max_connections are open",
                {{"address", address_}, {"max_connections", most_}, {"count", count}});
    return;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  open_.push_back({fd, file.st_ino});
  Acceptor::NewConnectionParameters connection;
  connection.listener_fd = listener;
  connection.fd = fd;
  acceptor_->HandleNewConnection(&connection);
}

/// Those that were closed are only looked for when it matters.
bool ConnectionGate::full() {
  if (open_.size() < most_) return false;
  std::erase_if(open_, [](const Open& one) {
    struct stat file{};
    return ::fstat(one.fd, &file) != 0 || file.st_ino != one.inode;
  });
  return open_.size() >= most_;
}

}  // namespace im::rpc
