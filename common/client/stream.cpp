#include "common/client/stream.hpp"

#include <array>
#include <stdexcept>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "common/base/use_tuple.hpp"
#include "common/client/error_text.hpp"

namespace im::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
constexpr std::size_t kMaxMessage = 64U << 20;

void check(const boost::system::error_code& error) {
  if (error == asio::error::eof || error == asio::error::connection_reset) throw Closed(error_text(error), 0);
  if (error) throw std::runtime_error(error_text(error));
}

/// Both must outlive it.
asio::awaitable<void> connect(tcp::resolver* resolver, beast::tcp_stream* stream, Address address) {
  const auto [unknown, endpoints] =
      co_await resolver->async_resolve(address.host, std::to_string(address.port), kTuple);
  check(unknown);
  const auto [error, endpoint] = co_await stream->async_connect(endpoints, kTuple);
  check(error);
  stream->socket().set_option(tcp::no_delay(true));
}

void set_deadline(beast::tcp_stream& stream, std::chrono::milliseconds from_now) {
  if (from_now.count() > 0) {
    stream.expires_after(from_now);
  } else {
    stream.expires_never();
  }
}

class TcpStream final : public Stream {
 public:
  explicit TcpStream(asio::io_context& context) : resolver_(context), stream_(context) {}

  asio::awaitable<void> open(Address address) override { return connect(&resolver_, &stream_, std::move(address)); }

  asio::awaitable<std::string> read() override {
    const auto [error, size] = co_await stream_.async_read_some(asio::buffer(buffer_), kTuple);
    check(error);
    co_return std::string(buffer_.data(), size);
  }

  asio::awaitable<void> write(std::string bytes) override {
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(bytes), kTuple);
    check(error);
  }

  void deadline(std::chrono::milliseconds from_now) override { set_deadline(stream_, from_now); }
  void close() override {
    resolver_.cancel();
    stream_.close();
  }

 private:
  tcp::resolver resolver_;
  beast::tcp_stream stream_;
  std::array<char, 65536> buffer_{};
};

class WsStream final : public Stream {
 public:
  explicit WsStream(asio::io_context& context) : resolver_(context), stream_(context) {
    stream_.binary(true);
    stream_.read_message_max(kMaxMessage);
  }

  asio::awaitable<void> open(Address address) override {
    co_await connect(&resolver_, &stream_.next_layer(), address);
    const auto [error] = co_await stream_.async_handshake(address.text(), "/sub", kTuple);
    check(error);
  }

  asio::awaitable<std::string> read() override {
    buffer_.clear();
    const auto [error, size] = co_await stream_.async_read(buffer_, kTuple);
    if (error == websocket::error::closed) {
      const auto& reason = stream_.reason();
      throw Closed("closed by the comet: code " + std::to_string(reason.code) + " " +
                       std::string(reason.reason.data(), reason.reason.size()),
                   reason.code);
    }
    check(error);
    co_return beast::buffers_to_string(buffer_.data());
  }

  asio::awaitable<void> write(std::string bytes) override {
    const auto [error, size] = co_await stream_.async_write(asio::buffer(bytes), kTuple);
    check(error);
  }

  void deadline(std::chrono::milliseconds from_now) override { set_deadline(stream_.next_layer(), from_now); }
  void close() override {
    resolver_.cancel();
    stream_.next_layer().close();
  }

 private:
  tcp::resolver resolver_;
  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(asio::io_context& context, Transport transport) {
  if (transport == Transport::kTcp) return std::make_unique<TcpStream>(context);
  return std::make_unique<WsStream>(context);
}

}  // namespace im::client
