#include "common/client/client.hpp"

#include <deque>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/base/clock.hpp"
#include "common/base/use_tuple.hpp"
#include "common/client/http_call.hpp"
#include "common/client/node_list.hpp"
#include "common/client/stream.hpp"

namespace im::client {

namespace {

namespace asio = boost::asio;
constexpr std::size_t kMaxBody = 64U << 20;
constexpr std::size_t kMaxQueue = 1000;
constexpr int kForGood = 4002;  ///< replaced, kicked: no new login may answer it

/// One connection and what waits to be written to it.
struct Link {
  std::unique_ptr<Stream> stream;
  std::deque<std::string> queue;
  bool writing = false;
};

asio::awaitable<void> write_all(std::shared_ptr<Link> link) {
  try {
    while (!link->queue.empty()) {
      std::string bytes = std::move(link->queue.front());
      link->queue.pop_front();
      co_await link->stream->write(std::move(bytes));
    }
  } catch (const std::exception&) {
    link->stream->close();  // the reader says why
  }
  link->writing = false;
}

constexpr const char* kNoAnswer = " before the login was answered (token refused, or no logic to ask)";

double random_fraction() {
  static thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace

const char* to_string(State state) {
  switch (state) {
    case State::kConnecting:
      return "connecting";
    case State::kConnected:
      return "connected";
    case State::kWaiting:
      return "waiting";
    case State::kEnded:
      return "ended";
  }
  return "unknown";
}

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  Impl(asio::io_context& io, Config given, Handlers callbacks)
      : context(io), config(std::move(given)), handlers(std::move(callbacks)), backoff(config.backoff) {}

  /// How a connection ended, in the words of whoever ended it.
  struct Loss {
    std::string why;
    std::optional<Closed> closed;  ///< by the server
  };

  asio::awaitable<void> run(std::shared_ptr<Impl> self);
  asio::awaitable<Loss> until_lost();
  std::chrono::milliseconds wait_after(const Loss& loss);
  asio::awaitable<void> attempt();
  asio::awaitable<Address> choose();
  asio::awaitable<void> receive(std::shared_ptr<Link> current);
  void on_packet(const wire::Packet& packet);
  void connected();
  void beat_later();
  void on_beat();
  void break_off(std::string why);
  void push_out(std::string bytes);
  void tell(State state, std::string why = {}, std::chrono::milliseconds wait = {});
  void count(const std::optional<Closed>& closed, bool stable);
  void stop();

  asio::io_context& context;
  Config config;
  Handlers handlers;
  Backoff backoff;
  asio::steady_timer pause{context};
  asio::steady_timer heartbeat{context};
  std::shared_ptr<Link> link;  ///< null between attempts
  std::string address;
  std::string broken;  ///< why this side closed the connection
  bool logged_in = false;
  bool beat_open = false;
  bool stopped = false;
  std::int32_t seq = 0;
  int turned_away = 0, cut_short = 0;
  std::size_t attempts = 0;
  std::size_t turns = 0;
  TimePoint since;
};

asio::awaitable<void> Client::Impl::run(std::shared_ptr<Impl> self) {
  while (!stopped) {
    const Loss loss = co_await until_lost();
    if (stopped) break;
    if (loss.closed && loss.closed->code == kForGood) {
      tell(State::kEnded, loss.why);
      stop();
      break;
    }
    const auto wait = wait_after(loss);
    pause.expires_after(wait);
    tell(State::kWaiting, loss.why, wait);
    if (!stopped) co_await pause.async_wait(kTuple);
  }
  self.reset();
}

asio::awaitable<Client::Impl::Loss> Client::Impl::until_lost() {
  Loss loss;
  broken.clear();
  try {
    co_await attempt();
  } catch (const Closed& error) {
    loss = {error.what(), error};
  } catch (const std::exception& error) {
    loss.why = error.what();
  }
  if (!broken.empty()) loss = {broken, std::nullopt};
  heartbeat.cancel();
  if (link) link->stream->close();
  link.reset();
  co_return loss;
}

std::chrono::milliseconds Client::Impl::wait_after(const Loss& loss) {
  const bool stable = logged_in && monotonic_now() - since >= config.stable_after;
  count(loss.closed, stable);
  attempts = stable ? 0 : attempts + 1;
  if (stable) backoff.reset();
  logged_in = false;
  return backoff.next(random_fraction());
}

void Client::Impl::count(const std::optional<Closed>& closed, bool stable) {
  turned_away = closed && !logged_in ? turned_away + 1 : 0;
  cut_short = closed && closed->code == 0 && logged_in && !stable ? cut_short + 1 : 0;
}

asio::awaitable<Address> Client::Impl::choose() {
  if (config.nodes_url.empty()) {
    const std::size_t turn = turns++ % (config.others.size() + 1);
    co_return turn == 0 ? config.address : config.others[turn - 1];
  }
  address.clear();
  const auto url = parse_url(config.nodes_url);
  if (!url.ok()) throw std::runtime_error(url.error().message);
  HttpCall call;
  call.url = url.value();
  call.deadline = config.login_timeout;
  const auto answer = co_await http_call(std::move(call));
  if (!answer.ok()) throw std::runtime_error("no node list from " + config.nodes_url + ": " + answer.error().message);
  const auto list = parse_node_list(answer.value().body);
  if (!list.ok()) throw std::runtime_error(config.nodes_url + ": " + list.error().message);
  const NodeList& nodes = list.value();
  if (nodes.heartbeat.count() > 0) config.heartbeat = nodes.heartbeat;
  Address chosen;
  chosen.host = nodes.hosts[attempts % nodes.hosts.size()];
  chosen.port = nodes.port(config.transport);
  co_return chosen;
}

asio::awaitable<void> Client::Impl::attempt() {
  const Address chosen = co_await choose();
  address = chosen.text();
  if (stopped) co_return;
  tell(State::kConnecting);
  if (stopped) co_return;
  auto current = std::make_shared<Link>();
  current->stream = make_stream(context, config.transport);
  link = current;
  current->stream->deadline(config.login_timeout);
  co_await current->stream->open(chosen);
  const std::string token = config.token.empty() ? token_json(config.identity) : config.token;
  co_await current->stream->write(packet(wire::kOpAuth, ++seq, token));
  co_await receive(current);
}

asio::awaitable<void> Client::Impl::receive(std::shared_ptr<Link> current) {
  PacketReader reader(config.transport, kMaxBody);
  while (!stopped) {
    std::string bytes;
    try {
      bytes = co_await current->stream->read();
    } catch (const Closed& error) {
      if (logged_in || error.code != 0) throw;  // a code says more than the hint
      throw Closed(error.what() + std::string(kNoAnswer), error.code);
    } catch (const std::exception& error) {
      if (logged_in) throw;
      throw std::runtime_error(error.what() + std::string(kNoAnswer));
    }
    reader.feed(bytes);
    for (auto packet = reader.next(); packet && !stopped; packet = reader.next()) on_packet(*packet);
    if (!reader.error().empty()) throw std::runtime_error(reader.error());
  }
}

void Client::Impl::on_packet(const wire::Packet& packet) {
  if (!logged_in) {
    if (packet.op == wire::kOpAuthReply) connected();
  } else if (packet.op == wire::kOpHeartbeatReply && beat_open && packet.seq == seq) {
    beat_open = false;
  } else if (handlers.on_message) {
    handlers.on_message({packet.op, packet.seq, packet.body});
  }
}

void Client::Impl::connected() {
  logged_in = true;
  since = monotonic_now();
  link->stream->deadline({});
  beat_open = false;
  beat_later();
  tell(State::kConnected);
}

void Client::Impl::beat_later() {
  heartbeat.expires_after(config.heartbeat);
  heartbeat.async_wait([self = shared_from_this(), current = link](const boost::system::error_code& error) {
    if (!error && !self->stopped && self->link == current) self->on_beat();
  });
}

void Client::Impl::on_beat() {
  if (beat_open) {
    break_off("the last heartbeat was not answered");
    return;
  }
  beat_open = true;
  push_out(packet(wire::kOpHeartbeat, ++seq));
  beat_later();
}

void Client::Impl::break_off(std::string why) {
  broken = std::move(why);
  link->stream->close();
}

void Client::Impl::push_out(std::string bytes) {
  link->queue.push_back(std::move(bytes));
  if (std::exchange(link->writing, true)) return;
  asio::co_spawn(context, write_all(link), asio::detached);
}

void Client::Impl::tell(State state, std::string why, std::chrono::milliseconds wait) {
  if (!stopped && handlers.on_status)
    handlers.on_status({state, address, std::move(why), wait, turned_away, cut_short});
}

void Client::Impl::stop() {
  stopped = true;
  pause.cancel();
  heartbeat.cancel();
  if (link) link->stream->close();
}

Client::Client(asio::io_context& context, Config config, Handlers handlers)
    : impl_(std::make_shared<Impl>(context, std::move(config), std::move(handlers))) {}
Client::~Client() { stop(); }

void Client::start() { asio::co_spawn(impl_->context, impl_->run(impl_), asio::detached); }
void Client::stop() { impl_->stop(); }

void Client::set_token(std::string token) { impl_->config.token = std::move(token); }

void Client::reconnect(std::string why) {
  if (!impl_->stopped && impl_->link) impl_->break_off(std::move(why));
}

bool Client::send(std::int32_t op, std::int32_t seq, std::string_view body) {
  if (impl_->stopped || !impl_->link || !impl_->logged_in || impl_->link->queue.size() >= kMaxQueue) return false;
  impl_->push_out(packet(op, seq, body));
  return true;
}

}  // namespace im::client
