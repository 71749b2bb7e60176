#include "tools/load/receiver_pool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/wire/packet.hpp"
#include "tools/load/client_socket.hpp"

namespace im::load {

namespace {

constexpr std::int64_t kTenth = 100'000'000;  ///< of a second, ns: the run begins at any moment of one
constexpr std::size_t kConnecting = 128;      ///< clients under way at a time, per thread

}  // namespace

struct ReceiverPool::Client {
  Client(std::size_t index_of, Transport transport) : index(index_of), reader(transport) {}
  std::size_t index;
  int fd = -1;
  bool ready = false;  ///< logged in
  PushReader reader;
};

struct ReceiverPool::Worker {
  Worker(ReceiverPool& owner, std::size_t first_index)
      : pool(owner), first(first_index), epoll(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~Worker() {
    for (const auto& client : clients) {
      if (client->fd >= 0) ::close(client->fd);
    }
    ::close(epoll);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run();
  void connect_next();
  void turn(int timeout_ms);
  void read(Client& client);
  void end(Client& client);
  void write(Client& client, const std::string& bytes) {
    if (::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) end(client);
  }
  void authenticate(Client& client);
  void on_packet(Client& client, std::int32_t op, std::string_view body);

  ReceiverPool& pool;
  std::size_t first;  ///< takes first, first + threads, ...
  int epoll;
  std::vector<std::unique_ptr<Client>> clients;
  std::size_t opening = 0;
  std::atomic<std::uint64_t> delivered{0};
  std::uint64_t reads = 0;
  std::map<std::int64_t, Latency> by_tenth;  ///< by the tenth of a second in which the push was due
  std::string error;
  std::array<char, 256 * 1024> buffer;
  std::thread thread;
};

void ReceiverPool::Worker::run() {
  try {
    const auto step = static_cast<std::size_t>(pool.config_.threads);
    for (std::size_t next = first; next < pool.receivers_.size() && !pool.stop_; next += step) {
      clients.push_back(std::make_unique<Client>(next, pool.receivers_[next].transport));
      connect_next();
      while (opening >= kConnecting && !pool.stop_) turn(100);
    }
    while (!pool.stop_) turn(100);
  } catch (const std::exception& fault) {
    error = fault.what();
    pool.stop_ = true;
  }
}

void ReceiverPool::Worker::connect_next() {
  Client& client = *clients.back();
  const Receiver& who = pool.receivers_[client.index];
  client.fd = connect_from(client.index / pool.config_.per_source_address, pool.config_.host, who.port);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &client;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, client.fd, &event);
  ++opening;
  if (who.transport == Transport::kWs) {
    write(client, kUpgrade);
  } else {
    authenticate(client);
  }
}

void ReceiverPool::Worker::authenticate(Client& client) {
  const Receiver& who = pool.receivers_[client.index];
  std::string packet;
  wire::append_packet(packet, {.version = 1, .op = wire::kOpAuth, .seq = 1, .body = who.token});
  write(client, who.transport == Transport::kWs ? client_frame(packet) : packet);
}

void ReceiverPool::Worker::turn(int timeout_ms) {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    auto& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (client.fd >= 0) read(client);
  }
}

void ReceiverPool::Worker::read(Client& client) {
  const ssize_t size = ::recv(client.fd, buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size > 0 && client.ready) ++reads;
  const PushReader::Handler handler{
      .upgraded = [this, &client] { authenticate(client); },
      .packet = [this, &client](std::int32_t op, std::string_view body) { on_packet(client, op, body); },
  };
  if (size <= 0 || !client.reader.feed({buffer.data(), static_cast<std::size_t>(size)}, handler)) end(client);
}

void ReceiverPool::Worker::end(Client& client) {
  if (client.fd < 0) return;
  ::close(client.fd);
  client.fd = -1;
  ++pool.closed_;
}

void ReceiverPool::Worker::on_packet(Client& client, std::int32_t op, std::string_view body) {
  if (op == wire::kOpAuthReply) {
    --opening;
    client.ready = true;
    ++pool.open_;
    return;
  }
  const auto mark = parse_body(body);
  if (!mark || mark->run != pool.config_.run) return;
  pool.ledger_.received(client.index, mark->stream, mark->number);
  const std::int64_t sent = pool.sent_at_.at(mark->stream, mark->number);
  if (sent != 0) by_tenth[sent / kTenth].add(now_ns() - sent);
  delivered.fetch_add(1, std::memory_order_relaxed);
}

ReceiverPool::ReceiverPool(PoolConfig config, std::vector<Receiver> receivers, Ledger& ledger, const SendTimes& sent_at)
    : config_(std::move(config)), receivers_(std::move(receivers)), ledger_(ledger), sent_at_(sent_at) {
  for (int i = 0; i < config_.threads; ++i)
    workers_.push_back(std::make_unique<Worker>(*this, static_cast<std::size_t>(i)));
}

ReceiverPool::~ReceiverPool() { stop(); }

std::size_t ReceiverPool::open(int timeout_s) {
  for (const auto& worker : workers_) worker->thread = std::thread([w = worker.get()] { w->run(); });
  const std::int64_t deadline = now_ns() + std::int64_t{timeout_s} * 1'000'000'000;
  // The connections open on the worker threads.
  while (open_ < receivers_.size() && !stop_ && now_ns() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  for (const auto& worker : workers_) {
    if (stop_ && worker->thread.joinable()) worker->thread.join();
    if (!worker->error.empty()) throw std::runtime_error(worker->error);
  }
  return open_;
}

std::uint64_t ReceiverPool::delivered() const {
  std::uint64_t total = 0;
  for (const auto& worker : workers_) total += worker->delivered.load(std::memory_order_relaxed);
  return total;
}

void ReceiverPool::stop() {
  stop_ = true;
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

std::uint64_t ReceiverPool::reads() const {
  std::uint64_t total = 0;
  for (const auto& worker : workers_) total += worker->reads;
  return total;
}

std::vector<Latency> ReceiverPool::by_second(std::int64_t first_due) const {
  std::vector<Latency> seconds;
  for (const auto& worker : workers_) {
    for (const auto& [tenth, latency] : worker->by_tenth) {
      const auto second = static_cast<std::size_t>(std::max<std::int64_t>(0, tenth - first_due / kTenth) / 10);
      if (seconds.size() <= second) seconds.resize(second + 1);
      seconds[second].add(latency);
    }
  }
  return seconds;
}

}  // namespace im::load
