#include "tools/imctl/bench/login_rush.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/wire/packet.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/loopback_socket.hpp"

namespace im::imctl {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

/// One connection of a rush.
struct Comer {
  int fd = -1;
  Clock::time_point begun{};
  bool said = false, over = false;
  std::string heard{};
};

class Rush {
 public:
  Rush(const IdlePlan& plan, std::size_t at_once)
      : plan_(plan), at_once_(at_once), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw Failure(std::string("epoll: ") + std::strerror(errno));
    comers_.resize(plan.connections);
  }
  ~Rush() {
    for (const Comer& comer : comers_)
      if (comer.fd >= 0) ::close(comer.fd);
    ::close(epoll_);
  }
  Rush(const Rush&) = delete;
  Rush& operator=(const Rush&) = delete;

  RushResult run(std::chrono::milliseconds patience) {
    const Clock::time_point begun = Clock::now();
    Clock::time_point last = begun;
    while (result_.done + result_.failed < comers_.size()) {
      while (next_ < comers_.size() && under_way_ < at_once_) come(next_++);
      const std::size_t before = result_.done + result_.failed;
      wait(patience);
      if (result_.done + result_.failed != before) last = Clock::now();
      if (Clock::now() - last >= patience) break;
    }
    result_.seconds = std::chrono::duration<double>(last - begun).count();
    result_.failed = comers_.size() - result_.done;
    return std::move(result_);
  }

 private:
  void come(std::size_t n) {
    Comer& comer = comers_[n];
    comer.begun = Clock::now();
    comer.fd = connect_from_many(plan_.server, n, false);
    ++under_way_;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = n;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, comer.fd, &event) != 0) end(comer, false);
  }

  void wait(std::chrono::milliseconds patience) {
    std::array<epoll_event, 256> events{};
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(patience.count()));
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      Comer& comer = comers_[event.data.u64];
      if (!comer.over && !comer.said && (event.events & EPOLLOUT) != 0) say(comer, event.data.u64);
      if (!comer.over && (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) hear(comer);
    }
  }

  void say(Comer& comer, std::size_t n) {
    std::string bytes;
    const std::string login = idle_login(plan_, n);
    wire::append_packet(bytes, {.version = 1, .op = wire::kOpAuth, .seq = 1, .body = login});
    comer.said = ::send(comer.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    if (!comer.said) end(comer, false);
  }

  /// All that is there: the next event tells of later bytes only.
  void hear(Comer& comer) {
    std::array<char, 4096> bytes{};
    for (;;) {
      const ssize_t got = ::recv(comer.fd, bytes.data(), bytes.size(), 0);
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return end(comer, false);
      comer.heard.append(bytes.data(), static_cast<std::size_t>(got));
      if (const auto answered = answer_in(comer.heard)) return end(comer, *answered);
    }
  }

  /// Nothing: it is not there yet. false: this is not an answer.
  static std::optional<bool> answer_in(const std::string& heard) {
    const wire::Parsed parsed = wire::parse_stream(heard, 1U << 20);
    if (parsed.status == wire::ParseStatus::kNeedMore) return std::nullopt;
    return parsed.status == wire::ParseStatus::kPacket && parsed.packet.op == wire::kOpAuthReply;
  }

  void end(Comer& comer, bool good) {
    comer.over = true;
    --under_way_;
    ++(good ? result_.done : result_.failed);
    if (good) result_.ms.push_back(ms_since(comer.begun));
  }

  const IdlePlan& plan_;
  const std::size_t at_once_;
  const int epoll_;
  std::vector<Comer> comers_;
  std::size_t next_ = 0, under_way_ = 0;
  RushResult result_;
};

}  // namespace

RushResult rush(const IdlePlan& plan, std::size_t at_once, std::chrono::milliseconds patience) {
  return Rush(plan, at_once).run(patience);
}

}  // namespace im::imctl
