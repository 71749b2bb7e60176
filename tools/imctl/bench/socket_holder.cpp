#include "tools/imctl/bench/socket_holder.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

int listen_on_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, size) != 0 || ::listen(fd, 4096) != 0 || ::getsockname(fd, generic, &size) != 0)
    throw Failure(std::string("the control cannot listen: ") + std::strerror(errno));
  port = ntohs(address.sin_port);
  return fd;
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void answer_first(int fd, const std::string& answer, std::vector<bool>& answered) {
  const auto place = static_cast<std::size_t>(fd);
  if (place >= answered.size()) answered.resize(place + 1024);
  std::array<char, 4096> said{};
  if (answered[place] || ::recv(fd, said.data(), said.size(), 0) <= 0) return;
  answered[place] = true;
  (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
}

/// Until `life` closes. Without an answer, what the sockets say is never read.
[[noreturn]] void hold(int listener, int life, const std::string& answer) {
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener);
  watch(epoll, life);
  std::vector<int> held;
  std::vector<bool> answered;
  std::array<epoll_event, 256> events{};
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == life) ::_exit(0);
      if (fd != listener && !answer.empty()) answer_first(fd, answer, answered);
    }
    for (int fd = 0; (fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0; held.push_back(fd))
      watch(epoll, fd);
  }
}

}  // namespace

SocketHolder::SocketHolder(const std::string& answer) {
  const int listener = listen_on_loopback(address_.port);
  address_.host = "127.0.0.1";
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw Failure(std::string("pipe: ") + std::strerror(errno));
  pid_ = ::fork();
  if (pid_ < 0) throw Failure(std::string("fork: ") + std::strerror(errno));
  if (pid_ == 0) {
    ::close(ends[1]);
    hold(listener, ends[0], answer);
  }
  ::close(listener);
  ::close(ends[0]);
  life_ = ends[1];
}

SocketHolder::~SocketHolder() {
  ::close(life_);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace im::imctl
