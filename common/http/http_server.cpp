#include "common/http/http_server.hpp"

#include <map>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
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
}  // namespace

struct HttpServer::Impl {
  explicit Impl(HttpServerConfig config) : allowed(config.allow_from) { shared.config = std::move(config); }

  asio::awaitable<void> accept_loop();

  http::ServerShared shared;
  CidrList allowed;
  std::map<std::string, std::map<std::string, HttpHandler>> routes;  ///< path → method → handler
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::uint16_t bound_port = 0;
  std::vector<std::thread> threads;
};

HttpServer::HttpServer(HttpServerConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {
  impl_->shared.find = [this](const std::string& method, const std::string& path) -> const HttpHandler* {
    const auto by_path = impl_->routes.find(path);
    if (by_path == impl_->routes.end()) return nullptr;
    auto by_method = by_path->second.find(method);
    if (by_method == by_path->second.end()) by_method = by_path->second.find("*");
    return by_method == by_path->second.end() ? nullptr : &by_method->second;
  };
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::route(std::string method, std::string path, HttpHandler handler) {
  impl_->routes[std::move(path)][std::move(method)] = std::move(handler);
}

void HttpServer::start() {
  const auto& config = impl_->shared.config;
  const std::string where = config.bind + ":" + std::to_string(config.port) + " (HTTP, " + config.name + ")";
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(config.bind), config.port);
    impl_->acceptor.open(endpoint.protocol());
    impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
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
    const std::string ip = peer.address().to_string();
    if (shared.connections >= shared.config.max_connections || !shared.registry.may_add(ip, shared.config.max_per_ip)) {
      ++shared.refused_connections;
      continue;
    }
    const bool refused = !allowed.empty() && !allowed.contains(ip);
    if (refused) ++shared.refused_network;
    auto connection = std::make_shared<http::HttpConnection>(std::move(socket), shared);
    shared.registry.add(connection, ip);
    asio::post(strand, [connection, refused] { refused ? connection->start_refused() : connection->start(); });
  }
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

HttpServerStats HttpServer::stats() const {
  const auto& shared = impl_->shared;
  return {shared.requests,        shared.refused_guard,       shared.refused_limit,
          shared.refused_network, shared.refused_connections, shared.timeouts,
          shared.connections};
}

}  // namespace im
