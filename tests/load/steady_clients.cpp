#include "tests/load/steady_clients.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <random>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "common/wire/packet.hpp"
#include "tests/load/steady_worker.hpp"
#include "tools/load/client_socket.hpp"

namespace im::load {

namespace {

constexpr std::size_t kPerSourceAddress = 2500;
constexpr int kTickMs = 20;
constexpr std::int64_t kAnswerNs = 1'000'000'000;  ///< a heartbeat that waits longer is unanswered

/// The time at the end of a body of ours; 0 without.
std::int64_t time_in(std::string_view body) {
  std::int64_t at = 0;
  const std::size_t space = body.rfind(' ');
  if (space != std::string_view::npos) std::from_chars(body.data() + space + 1, body.data() + body.size(), at);
  return at;
}

}  // namespace

SteadyClients::Worker::Worker(SteadyClients& owner, std::size_t first, std::size_t step)
    : pool(owner), config(owner.config_), random(static_cast<std::uint32_t>(first + 1)) {
  for (std::size_t i = first; i < pool.clients_.size(); i += step) {
    SteadyConnection& client = clients.emplace_back();
    client.index = i;
    client.node = pool.clients_[i].first;
    client.backoff = config.backoff_ns;
  }
}

void SteadyClients::Worker::run() {
  std::array<epoll_event, 256> events;
  std::int64_t looked_at = 0;
  while (!pool.stop_) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), kTickMs);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      on_ready(clients[event.data.u64], event.events);
    }
    const std::int64_t now = now_ns();
    if (now - looked_at < kTickMs * 1'000'000) continue;
    looked_at = now;
    for (SteadyConnection& client : clients) look_after(client, now);
    look_at_old(now);
    churn(now);
  }
  // The stays are left open: the run ends here, the connections do not fail.
  for (SteadyConnection& client : clients) close(client);
  for (const OldConnection& one : old) ::close(one.fd);
}

void SteadyClients::Worker::look_after(SteadyConnection& client, std::int64_t now) {
  if (client.state == SteadyState::kUp && now - client.last_read > config.silence_ns)
    return lose(client, "silent", client.last_read);
  if (now < client.due) return;
  switch (client.state) {
    case SteadyState::kWaiting:
      return connect(client, now);
    case SteadyState::kConnecting:
      return lose(client, "no auth reply", now);
    case SteadyState::kUp:
      client.due = now + config.heartbeat_ns;
      if (client.asked_at == 0) client.asked_at = now;
      send_packet(client, wire::kOpHeartbeat, "");
  }
}

void SteadyClients::Worker::connect(SteadyConnection& client, std::int64_t now) {
  const Transport transport = pool.clients_[client.index].transport;
  const auto& ports = transport == Transport::kWs ? config.ws_ports : config.tcp_ports;
  client.state = SteadyState::kConnecting;
  client.due = now + config.login_ns;
  client.reader.emplace(transport);
  client.fd = start_connect_from(client.index / kPerSourceAddress, config.host, ports[client.node % ports.size()]);
  if (client.fd < 0) return lose(client, "connect", now);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = static_cast<std::uint64_t>(&client - clients.data());
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, client.fd, &event);
}

void SteadyClients::Worker::on_ready(SteadyConnection& client, std::uint32_t events) {
  if (client.fd < 0) return;
  if (client.state == SteadyState::kConnecting && client.last_read == 0 && (events & EPOLLOUT) != 0 &&
      (events & (EPOLLERR | EPOLLHUP)) == 0) {
    client.last_read = now_ns();  // the connection stands: speak first, once
    if (pool.clients_[client.index].transport == Transport::kWs) {
      write(client, kUpgrade);
    } else {
      send_packet(client, wire::kOpAuth, pool.clients_[client.index].token);
    }
  }
  if (client.fd >= 0 && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) read(client);
}

void SteadyClients::Worker::read(SteadyConnection& client) {
  const PushReader::Handler handler{
      .upgraded = [this, &client] { send_packet(client, wire::kOpAuth, pool.clients_[client.index].token); },
      .packet = [this, &client](std::int32_t op, std::string_view body) { on_packet(client, op, body); },
  };
  while (client.fd >= 0) {  // edge-triggered: until there is nothing left
    const ssize_t size = ::recv(client.fd, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) return lose(client, errno == ECONNREFUSED ? "refused" : "reset", now_ns());
    if (size == 0) return lose(client, "closed", now_ns());
    client.last_read = now_ns();
    client.asked_at = 0;
    if (!client.reader->feed({buffer.data(), static_cast<std::size_t>(size)}, handler))
      return lose(client, "close frame", now_ns());
  }
}

void SteadyClients::Worker::on_packet(SteadyConnection& client, std::int32_t op, std::string_view body) {
  if (op == wire::kOpHeartbeatReply) return;
  const std::string& join = pool.clients_[client.index].join;
  if (op == wire::kOpAuthReply && !join.empty()) return send_packet(client, wire::kOpChangeRoom, join);
  if (op != wire::kOpAuthReply && op != wire::kOpChangeRoomReply) return on_mark(client, body);
  if (client.state != SteadyState::kUp) became_up(client);
}

void SteadyClients::Worker::became_up(SteadyConnection& client) {
  const std::int64_t now = now_ns();
  for (OldConnection& one : old) {
    if (&clients[one.client] == &client && one.due == 0) one.due = now + config.kept_old_ns;
  }
  client.state = SteadyState::kUp;
  client.backoff = config.backoff_ns;
  client.due = now + config.heartbeat_ns;
  client.last_message = now;
  if (client.lost_at != 0) report.recovery.add(now - client.lost_at);
  client.lost_at = 0;
  pool.judge_.up(client.index, now);
  ++pool.up_;
}

void SteadyClients::Worker::on_mark(SteadyConnection& client, std::string_view body) {
  const auto mark = parse_body(body);
  if (!mark || mark->run != config.run) return pool.judge_.stray(client.index);
  pool.judge_.received(client.index, mark->stream, mark->number);
  pool.received_.fetch_add(1, std::memory_order_relaxed);
  report.delivery.add(client.last_read - time_in(body));
  const std::int64_t silence = client.last_read - client.last_message;
  if (silence > config.gap_ns && client.state == SteadyState::kUp) report.gap.add(silence);
  client.last_message = client.last_read;
}

void SteadyClients::Worker::send_packet(SteadyConnection& client, std::int32_t op, const std::string& body) {
  std::string packet;
  wire::append_packet(packet, {.version = 1, .op = op, .seq = 1, .body = body});
  write(client, pool.clients_[client.index].transport == Transport::kWs ? client_frame(packet) : packet);
}

void SteadyClients::Worker::write(SteadyConnection& client, const std::string& bytes) {
  // A few bytes into an empty socket: what does not fit means that the peer has stopped reading.
  if (::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    ::shutdown(client.fd, SHUT_RDWR);  // the reader sees the end
}

void SteadyClients::Worker::close(SteadyConnection& client) {
  if (client.fd >= 0) ::close(client.fd);
  client.fd = -1;
}

void SteadyClients::Worker::lose(SteadyConnection& client, const char* why, std::int64_t at) {
  close(client);
  // Whoever ended it: a connection on which a heartbeat stays unanswered was lost before.
  if (client.asked_at != 0 && at - client.asked_at > kAnswerNs) at = client.last_read;
  client.asked_at = 0;
  if (client.state == SteadyState::kUp) {
    pool.judge_.down(client.index, at);
    --pool.up_;
    ++report.losses[why];
    client.lost_at = at;
  } else {
    ++report.failed_attempts;
  }
  client.state = SteadyState::kWaiting;
  client.last_read = 0;
  ++client.node;
  client.due = now_ns() + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(client.backoff));
  client.backoff = std::min(client.backoff * 2, config.backoff_max_ns);
}

SteadyClients::SteadyClients(SteadyConfig config, std::vector<SteadyClient> clients, DeliveryJudge& judge)
    : config_(std::move(config)), clients_(std::move(clients)), judge_(judge) {
  const auto threads = static_cast<std::size_t>(config_.threads);
  for (std::size_t i = 0; i < threads && i < clients_.size(); ++i)
    workers_.push_back(std::make_unique<Worker>(*this, i, threads));
}

SteadyClients::~SteadyClients() { stop(); }

std::size_t SteadyClients::open(int timeout_s) {
  for (const auto& worker : workers_) worker->thread = std::thread([w = worker.get()] { w->run(); });
  const std::int64_t deadline = now_ns() + std::int64_t{timeout_s} * 1'000'000'000;
  // The connections open on the worker threads.
  while (up_ < clients_.size() && now_ns() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return up_;
}

void SteadyClients::stop() {
  stop_ = true;
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

SteadyReport SteadyClients::report() const {
  SteadyReport sum;
  for (const auto& worker : workers_) {
    for (const auto& [why, times] : worker->report.losses) sum.losses[why] += times;
    sum.failed_attempts += worker->report.failed_attempts;
    sum.replaced += worker->report.replaced;
    sum.kept_old += worker->report.kept_old;
    sum.recovery.add(worker->report.recovery);
    sum.gap.add(worker->report.gap);
    sum.delivery.add(worker->report.delivery);
  }
  return sum;
}

}  // namespace im::load
