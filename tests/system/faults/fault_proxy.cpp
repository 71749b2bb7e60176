#include "tests/system/faults/fault_proxy.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace im::faults {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kChunk = 16 * 1024;
constexpr std::size_t kMaxWaiting = 64 * 1024;  ///< then the sender is not read any more, as behind a full pipe

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

asio::awaitable<void> pause(asio::steady_timer& timer, std::int64_t ms) {
  error_code cancelled;
  timer.expires_after(std::chrono::milliseconds(ms));
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

void reset(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

struct FaultProxy::Route {
  Route(asio::io_context& context, const RouteConfig& route)
      : config(route), acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), route.port)) {}
  RouteConfig config;
  tcp::acceptor acceptor;
  std::string mode = "pass";
  LinkFaults up, down;
  std::set<Connection*> open;
  std::uint64_t accepted = 0, bytes_up = 0, bytes_down = 0;
};

/// One direction: who sends, who receives, what waits in between.
struct FaultProxy::Link {
  Link(asio::io_context& context, tcp::socket& source, tcp::socket& sink) : from(source), to(sink), timer(context) {}
  tcp::socket& from;
  tcp::socket& to;
  asio::steady_timer timer;
  LinkPacer pacer;
  std::deque<std::pair<std::int64_t, std::string>> waiting;  ///< came when, bytes
  std::size_t bytes = 0;
  bool ended = false;  ///< the sender has ended

  asio::awaitable<void> take(std::shared_ptr<Connection> keep);
  asio::awaitable<void> give(std::shared_ptr<Connection> keep, const LinkFaults& faults, std::uint64_t& passed);
};

struct FaultProxy::Connection : std::enable_shared_from_this<Connection> {
  Connection(asio::io_context& context, Route& owner, tcp::socket socket)
      : route(owner),
        client(std::move(socket)),
        target(context),
        up(context, client, target),
        down(context, target, client) {
    route.open.insert(this);
  }
  ~Connection() { route.open.erase(this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> run(asio::io_context& context) {
    const auto self = shared_from_this();
    error_code error;
    co_await target.async_connect(route.config.target, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return cut();
    client.set_option(tcp::no_delay(true), error);
    target.set_option(tcp::no_delay(true), error);
    asio::co_spawn(context, up.take(self), asio::detached);
    asio::co_spawn(context, down.take(self), asio::detached);
    asio::co_spawn(context, up.give(self, route.up, route.bytes_up), asio::detached);
    asio::co_spawn(context, down.give(self, route.down, route.bytes_down), asio::detached);
  }
  void cut() {
    reset(client);
    reset(target);
  }

  Route& route;
  tcp::socket client;
  tcp::socket target;
  Link up;
  Link down;
};

asio::awaitable<void> FaultProxy::Link::take(std::shared_ptr<Connection>) {
  while (from.is_open()) {
    if (bytes >= kMaxWaiting) {
      asio::steady_timer full(from.get_executor());
      co_await pause(full, 5);
      continue;
    }
    std::string chunk(kChunk, '\0');
    error_code error;
    const std::size_t size =
        co_await from.async_read_some(asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    chunk.resize(size);
    bytes += size;
    waiting.emplace_back(now_ms(), std::move(chunk));
    timer.cancel();
  }
  ended = true;
  timer.cancel();
}

asio::awaitable<void> FaultProxy::Link::give(std::shared_ptr<Connection> keep, const LinkFaults& faults,
                                             std::uint64_t& passed) {
  while (to.is_open()) {
    if (waiting.empty()) {
      if (ended && !faults.no_fin && !faults.stall) break;
      co_await pause(timer, ended ? 20 : 1000);
      continue;
    }
    auto& [came, chunk] = waiting.front();
    const auto step = pacer.next(faults, chunk.size(), came, now_ms());
    if (step.what == LinkPacer::Step::What::kCut) co_return keep->cut();
    if (step.what == LinkPacer::Step::What::kWait) {
      asio::steady_timer until(to.get_executor());
      co_await pause(until, std::min<std::int64_t>(step.wait_ms, 100));
      continue;
    }
    error_code error;
    co_await asio::async_write(to, asio::buffer(chunk.data(), step.bytes),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return keep->cut();
    pacer.passed(faults, step.bytes, now_ms());
    passed += step.bytes;
    bytes -= step.bytes;
    chunk.erase(0, step.bytes);
    if (chunk.empty()) waiting.pop_front();
  }
  error_code ignored;
  if (to.is_open()) to.shutdown(tcp::socket::shutdown_send, ignored);
  // The other direction goes on until its sender ends, too; a peer that was reset ends both.
  if (!from.is_open()) keep->cut();
}

FaultProxy::FaultProxy(asio::io_context& context, const std::vector<RouteConfig>& routes, std::uint16_t control_port)
    : context_(context), control_(context, tcp::endpoint(asio::ip::address_v4::loopback(), control_port)) {
  for (const auto& route : routes) {
    auto& made = routes_[route.name] = std::make_unique<Route>(context, route);
    accept(*made);
  }
  accept_control(control_);
}

FaultProxy::~FaultProxy() = default;

void FaultProxy::accept(Route& route) {
  route.acceptor.async_accept([this, &route](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      ++route.accepted;
      if (route.mode == "refuse") {
        reset(socket);
      } else {
        const auto connection = std::make_shared<Connection>(context_, route, std::move(socket));
        if (route.mode == "pass") asio::co_spawn(context_, connection->run(context_), asio::detached);
        if (route.mode == "blackhole") asio::co_spawn(context_, connection->up.take(connection), asio::detached);
      }
    }
    accept(route);
  });
}

void FaultProxy::accept_control(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      auto serve = [](FaultProxy* proxy, tcp::socket peer) -> asio::awaitable<void> {
        std::string buffer;
        error_code ended;
        while (true) {
          const std::size_t size = co_await asio::async_read_until(peer, asio::dynamic_buffer(buffer, 512), '\n',
                                                                   asio::redirect_error(asio::use_awaitable, ended));
          if (ended) co_return;
          const std::string answer = proxy->command(buffer.substr(0, size - 1));
          buffer.erase(0, size);
          co_await asio::async_write(peer, asio::buffer(answer), asio::redirect_error(asio::use_awaitable, ended));
        }
      };
      asio::co_spawn(context_, serve(this, std::move(socket)), asio::detached);
    }
    accept_control(acceptor);
  });
}

std::string FaultProxy::command(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  if (words.empty()) return "error: an empty line; try help\n";
  if (words[0] == "help") return command_help();
  if (words[0] == "list") return list();
  const auto found = words.size() > 1 ? routes_.find(words[1]) : routes_.end();
  if (found == routes_.end()) return "error: name a route; list shows them\n";
  Route& route = *found->second;
  if (words[0] == "set") return set(words);
  if (words[0] == "clear") {
    route.up = route.down = {};
    route.mode = "pass";
    return "ok\n";
  }
  if (words[0] == "reset") {
    const auto open = route.open;
    for (Connection* connection : open) connection->cut();
    return "ok\n";
  }
  if (words[0] == "mode" && words.size() == 3 &&
      (words[2] == "pass" || words[2] == "blackhole" || words[2] == "refuse")) {
    route.mode = words[2];
    return "ok\n";
  }
  return "error: unknown command; try help\n";
}

std::string FaultProxy::set(const std::vector<std::string>& words) {
  if (words.size() != 5) return "error: set ROUTE up|down|both FAULT VALUE\n";
  Route& route = *routes_.at(words[1]);
  if (words[2] != "up" && words[2] != "down" && words[2] != "both") return "error: up, down or both\n";
  std::string wrong;
  if (words[2] != "down") wrong = set_fault(route.up, words[3], words[4]);
  if (words[2] != "up" && wrong.empty()) wrong = set_fault(route.down, words[3], words[4]);
  return wrong.empty() ? "ok\n" : "error: " + wrong + "\n";
}

std::string FaultProxy::list() const {
  std::ostringstream out;
  for (const auto& [name, route] : routes_) {
    out << name << " port=" << route->config.port << " target=" << route->config.target << " mode=" << route->mode
        << " open=" << route->open.size() << " accepted=" << route->accepted << " bytes_up=" << route->bytes_up
        << " bytes_down=" << route->bytes_down << "\n";
  }
  return out.str() + "ok\n";
}

RouteConfig parse_route(const std::string& text) {
  const auto equals = text.find('=');
  const auto first = text.find(':', equals == std::string::npos ? 0 : equals);
  const auto last = text.rfind(':');
  if (equals == std::string::npos || first == std::string::npos || first == last)
    throw std::invalid_argument("\"" + text + "\" is not NAME=PORT:IP:PORT");
  const auto port = [](const std::string& word) { return static_cast<std::uint16_t>(std::stoul(word)); };
  return {text.substr(0, equals), port(text.substr(equals + 1, first - equals - 1)),
          tcp::endpoint(asio::ip::make_address(text.substr(first + 1, last - first - 1)), port(text.substr(last + 1)))};
}

const char* command_help() {
  return "set ROUTE up|down|both delay MS | rate BYTES_PER_S | cut BYTES | stall on|off | slice on|off | nofin on|off\n"
         "mode ROUTE pass|blackhole|refuse   for connections to come\n"
         "clear ROUTE                        no faults; ends that were held back are told\n"
         "reset ROUTE                        resets the open connections\n"
         "list                               routes and their numbers\n"
         "ok\n";
}

}  // namespace im::faults
