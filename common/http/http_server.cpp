#include "common/http/http_server.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/cidr.hpp"
#include "common/base/log.hpp"
#include "common/base/port_holder.hpp"
#include "common/http/http_connection.hpp"

namespace im {

namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

/// An IPv4 client of a dual socket has its IPv4 address.
std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(HttpServerConfig config)
      : shared(std::move(config)), allowed(std::make_shared<const CidrList>(shared.config.allow_from)) {}

  asio::awaitable<void> accept_loop();
  bool make_room();

  http::ServerShared shared;
  std::atomic<std::shared_ptr<const CidrList>> allowed;
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::uint16_t bound_port = 0;
  std::vector<std::thread> threads;
};

HttpServer::HttpServer(HttpServerConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}

HttpServer::~HttpServer() { stop(); }

void HttpServer::route(HttpRoute route) { impl_->shared.routes.add(std::move(route)); }

void HttpServer::route(std::string method, std::string pattern, HttpHandler handler) {
  HttpRoute row;
  row.method = std::move(method);
  row.pattern = std::move(pattern);
  row.handler = std::move(handler);
  route(std::move(row));
}

void HttpServer::allow_from(const std::vector<std::string>& networks) {
  impl_->allowed = std::make_shared<const CidrList>(networks);
}

void HttpServer::browsers(const HttpBrowserRules& rules) {
  impl_->shared.browsers = std::make_shared<const HttpBrowserRules>(rules);
}

void HttpServer::most_connections(std::size_t all, std::size_t per_ip) {
  impl_->shared.max_connections = all;
  impl_->shared.max_per_ip = per_ip;
}

void HttpServer::start() {
  const auto& config = impl_->shared.config;
  const bool colons = config.bind.find(':') != std::string::npos;
  const std::string where = (colons ? "[" + config.bind + "]:" : config.bind + ":") + std::to_string(config.port) +
                            " (HTTP, " + config.name + ")";
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(config.bind), config.port);
    impl_->acceptor.open(endpoint.protocol());
    impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    if (endpoint.address().is_v6()) impl_->acceptor.set_option(asio::ip::v6_only(false));
    impl_->acceptor.bind(endpoint);
    impl_->acceptor.listen(4096);
    impl_->bound_port = impl_->acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    std::string text = "cannot listen on " + where + ": " + error.code().message();
    if (error.code() == asio::error::address_in_use) {
      const std::string holder = port_holder(config.port);
      if (!holder.empty()) text += " (held by " + holder + ")";
      text += "; stop that process or choose another port";
    }
    throw std::runtime_error(text);
  }
  asio::co_spawn(impl_->context, impl_->accept_loop(), asio::detached);
  for (int i = 0; i < config.threads; ++i) impl_->threads.emplace_back([this] { impl_->context.run(); });
}

asio::awaitable<void> HttpServer::Impl::accept_loop() {
  constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
  while (acceptor.is_open()) {
    auto strand = asio::make_strand(context);
    tcp::socket socket(strand);
    const auto [error] = co_await acceptor.async_accept(socket, tuple);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      asio::steady_timer pause(context, std::chrono::milliseconds(100));  // out of descriptors: try again soon
      co_await pause.async_wait(tuple);
      continue;
    }
    boost::system::error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) continue;
    const std::string ip = text_of(peer.address());
    const std::string client = http::client_of(ip);
    const bool alone = shared.registry.may_add(client, shared.max_per_ip);
    if (!alone || !make_room()) {
      shared.refusals.tell(alone ? "max_connections reached, none of them idle" : "max_per_ip reached", ip);
      ++shared.refused_connections;
      continue;
    }
    const bool refused = !allowed.load()->contains(ip);
    if (refused) ++shared.refused_network;
    auto connection = std::make_shared<http::HttpConnection>(std::move(socket), ip, shared);
    shared.registry.add(connection, client);
    asio::post(strand, [connection, refused] { refused ? connection->start_refused() : connection->start(); });
  }
}

/// For one connection more: who is idle ends for it. Those that end are still counted, so a little more than the limit
/// may be open for a moment, but never twice as many.
bool HttpServer::Impl::make_room() {
  if (shared.connections < shared.max_connections) return true;
  if (shared.connections >= 2 * shared.max_connections) return false;
  const auto idle = shared.registry.take_idle();
  if (idle == nullptr) return false;
  idle->give_way();
  return true;
}

std::uint16_t HttpServer::port() const { return impl_->bound_port; }

void HttpServer::stop_accepting() {
  impl_->shared.draining = true;
  asio::post(impl_->context, [this] {
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
  });
  for (const auto& connection : impl_->shared.registry.all()) connection->drain();
}

void HttpServer::stop() {
  impl_->context.stop();
  for (auto& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

void HttpServer::each_route(const std::function<void(const HttpRoute&)>& look) const {
  impl_->shared.routes.each(look);
}

HttpServerStats HttpServer::stats() const {
  const auto& shared = impl_->shared;
  HttpServerStats stats;
  stats.requests = shared.requests;
  stats.refused_guard = shared.refused_guard;
  stats.refused_limit = shared.refused_limit;
  stats.refused_network = shared.refused_network;
  stats.refused_connections = shared.refused_connections;
  stats.refused_browser = shared.refused_browser;
  stats.gave_way = shared.gave_way;
  stats.timeouts = shared.timeouts;
  stats.connections = shared.connections;
  return stats;
}

}  // namespace im
