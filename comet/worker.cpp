#include "comet/worker.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "comet/close_many.hpp"
#include "comet/edge/own_table.hpp"
#include "comet/worker_holdings.hpp"
#include "common/base/log.hpp"

namespace im::comet {

namespace {

constexpr int kEvents = 256;
constexpr int kAcceptsPerEvent = 64;
/// Marks the epoll entries of listeners: no connection has this generation (its place would have retired).
constexpr std::uint64_t kListenerTag = std::uint64_t{0xffffffff} << 32;

IpAddress address_of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) return ip_from_v4(&reinterpret_cast<const sockaddr_in&>(peer).sin_addr);
  if (peer.ss_family == AF_INET6) return ip_from_v6(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
  return {};
}

}  // namespace

struct Worker::Reactor {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  boost::asio::posix::stream_descriptor sockets{context};
  boost::asio::steady_timer sweep_timer{context};
  boost::asio::steady_timer tick_timer{context};
  TimePoint started = monotonic_now();
  bool turn_posted = false;
};

Worker::Worker(WorkerConfig config, Edge& edge, ControlPort& control)
    : config_(std::move(config)),
      edge_(edge),
      io_(config_.index, config_.io, edge.ips, stats_),
      rooms_(io_.slab()),
      sweeps_(config_.sweep),
      membership_(config_.index, io_, rooms_, sweeps_, control),
      protocol_(config_.protocol, io_, membership_, control, edge),
      poll_(config_.poll, io_, protocol_,
            [this](std::uint8_t index, PollDoor::Task task) { return to_peer(index, std::move(task)); }),
      fan_out_(config_.index, config_.turn, io_, rooms_, sweeps_, membership_),
      direct_(config_.index, io_, fan_out_, membership_),
      reactor_(std::make_unique<Reactor>()) {
  io_.set_listener(protocol_);
  io_.set_poll(poll_);
  protocol_.set_http(poll_);
  reactor_->sockets.assign(::dup(io_.epoll_fd()));
}

Worker::~Worker() {
  stop();
  stop_listening();
}

std::uint32_t Worker::tick() const {
  const auto elapsed = monotonic_now() - reactor_->started;
  return static_cast<std::uint32_t>(elapsed * ConnectionIo::kTicksPerSecond / std::chrono::seconds(1));
}

void Worker::start(const std::vector<int>& kept) {
  kept_ = kept.size();
  thread_ = thread_with_table(kept, [this] {
    pthread_setname_np(pthread_self(), ("worker-" + std::to_string(config_.index)).c_str());
    poll_sockets();
    on_tick();
    reactor_->context.run();
    // Here, where they are open: to another thread these numbers may be other files.
    stop_listening();
    io_.close_sockets();
  });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  reactor_->context.stop();
  thread_.join();
  io_.worker_ended();
}

void Worker::post(Task task) {
  {
    const std::lock_guard lock(inbox_mutex_);
    inbox_.push_back(std::move(task));
    if (std::exchange(woken_, true)) return;
  }
  boost::asio::post(reactor_->context, [this] { run_inbox(); });
}

bool Worker::to_peer(std::uint8_t index, PollDoor::Task task) {
  if (index >= peers_.size()) return false;
  peers_[index]->post([task = std::move(task)](Worker& worker) { task(worker.poll_); });
  return true;
}

void Worker::run_inbox() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(inbox_mutex_);
    tasks.swap(inbox_);
    woken_ = false;
  }
  for (const Task& task : tasks) task(*this);
  turn();
}

/// Waits for the epoll set, itself one descriptor of the io_context, and serves what is ready.
void Worker::poll_sockets() {
  reactor_->sockets.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [this](boost::system::error_code error) {
                                 if (error) return;
                                 std::array<epoll_event, kEvents> events;
                                 const int count = ::epoll_wait(io_.epoll_fd(), events.data(), kEvents, 0);
                                 for (int i = 0; i < count; ++i) {
                                   const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;
                                   if ((data & kListenerTag) == kListenerTag) {
                                     const auto index = static_cast<std::size_t>(data & 0xffffffff);
                                     if (index < listening_.size()) accept(listening_[index]);
                                   } else {
                                     io_.on_event(data, events[static_cast<std::size_t>(i)].events);
                                   }
                                 }
                                 turn();
                                 poll_sockets();
                               });
}

void Worker::turn() {
  const TimePoint now = monotonic_now();
  if (fan_out_.run_turn(now)) {
    if (!std::exchange(reactor_->turn_posted, true)) {
      boost::asio::post(reactor_->context, [this] {
        reactor_->turn_posted = false;
        turn();
      });
    }
    return;
  }
  const auto due = fan_out_.next_due();
  if (!due) return;
  reactor_->sweep_timer.expires_at(*due);
  reactor_->sweep_timer.async_wait([this](boost::system::error_code error) {
    if (!error) turn();
  });
}

void Worker::on_tick() {
  io_.advance_clock(tick());
  fan_out_.expire(monotonic_now());
  stats_.row_bytes.set(io_.slab().bytes());
  stats_.room_bytes.set(rooms_.bytes());
  stats_.own_descriptors.set(kept_ == 0 ? 0 : kept_ + io_.sockets() + listening_.size());
  turn();
  if (wanted_ && !accepting_) set_accepting(true);
  reactor_->tick_timer.expires_after(std::chrono::milliseconds(1000 / ConnectionIo::kTicksPerSecond));
  reactor_->tick_timer.async_wait([this](boost::system::error_code error) {
    if (!error) on_tick();
  });
}

void Worker::listen(const ClientPort& port) {
  io_.assert_on_worker();
  listening_.push_back({bind_shared(port.endpoint), port});
  if (port.transport == Transport::kEcho) open(listening_.size() - 1);  // echo needs no cluster
}

/// Not earlier: epoll reports a hang-up on a socket that does not listen yet.
void Worker::open(std::size_t index) {
  const Listening& listening = listening_[index];
  start_listening(listening.fd, listening.port.endpoint, config_.backlog);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kListenerTag | index;
  epoll_ctl(io_.epoll_fd(), EPOLL_CTL_ADD, listening.fd, &event);
}

void Worker::stop_listening() {
  for (const Listening& listening : listening_) ::close(listening.fd);
  listening_.clear();
}

void Worker::accept(const Listening& listening) {
  const ClientPort& port = listening.port;
  for (int i = 0; i < kAcceptsPerEvent; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(listening.fd, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) pause_accepting();
      return;
    }
    // A WebSocket client can be told, once it has its upgrade; the others only see the end.
    const bool full = io_.sockets() >= config_.max_connections;
    const bool framed = port.transport == Transport::kWebSocket;
    if (full && (!framed || io_.sockets() >= config_.max_connections + kToldFull)) {
      ::close(fd);
      stats_.close(CloseReason::kOverloaded);
      continue;
    }
    Arrival arrival{port.transport, port.dialect, address_of(peer)};
    arrival.secure = port.secure;
    arrival.over_limit = full;
    arrival.proxied = port.transport != Transport::kEcho && config_.proxies.contains(arrival.address);
    const std::uint32_t place = io_.adopt(fd, arrival);
    if (place != ConnectionSlab::kNoPlace) protocol_.on_accepted(place);
  }
}

void Worker::accept_clients() {
  io_.assert_on_worker();
  for (std::size_t i = 0; i < listening_.size() && !wanted_; ++i) {
    if (listening_[i].port.transport != Transport::kEcho) open(i);
  }
  wanted_ = true;
  set_accepting(true);
}

/// Out of descriptors: a ready listener would keep the loop spinning. The next tick tries again.
void Worker::pause_accepting() {
  stats_.close(CloseReason::kOverloaded);
  set_accepting(false);
}

void Worker::set_accepting(bool on) {
  accepting_ = on;
  for (std::size_t i = 0; i < listening_.size(); ++i) {
    epoll_event event{};
    event.events = on ? std::uint32_t{EPOLLIN} : 0U;
    event.data.u64 = kListenerTag | i;
    epoll_ctl(io_.epoll_fd(), EPOLL_CTL_MOD, listening_[i].fd, &event);
  }
}

void Worker::hand_over(DeliveryBatchRef batch) {
  post([batch = std::move(batch)](Worker& worker) { worker.fan_out_.apply(*batch, monotonic_now()); });
}

void Worker::hand_over(CommandBatchRef batch) {
  post([batch = std::move(batch)](Worker& worker) { worker.direct_.run(batch); });
}

void Worker::trace(const TraceRef& trace) {
  io_.assert_on_worker();
  const std::uint32_t place = io_.place_of(trace->conn());
  if (place == ConnectionSlab::kNoPlace || io_.slab().at(place).phase == Phase::kLingering) {
    trace->end();
    return;
  }
  io_.tracer().watch(place, trace);
  io_.slab().at(place).traced = true;
}

void Worker::set_limits(Rate messages, const std::vector<std::string>& origins) {
  io_.assert_on_worker();
  protocol_.set_limits(messages, origins);
  poll_.set_origins(origins);
}

void Worker::kick(const std::vector<ConnId>& conns, CloseReason reason) { close_named(io_, conns, reason); }

std::size_t Worker::close_some(CloseReason reason, std::size_t limit) { return comet::close_some(io_, reason, limit); }

void Worker::close_all(CloseReason reason) { close_some(reason, io_.slab().places()); }

void Worker::close_part(CloseReason reason, std::uint32_t part, std::uint32_t parts) {
  comet::close_part(io_, reason, part, parts);
}

std::vector<std::uint64_t> Worker::digest() {
  io_.assert_on_worker();
  return digest_of(io_.slab());
}

std::vector<SessionRecord> Worker::sessions(const SlotSet& slots) {
  io_.assert_on_worker();
  return sessions_of(io_, edge_.ips, slots);
}

}  // namespace im::comet
