#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "common/client/address.hpp"

namespace im::client {

namespace asio = boost::asio;
using asio::ip::tcp;

inline std::string answer(const std::string& body, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Serves one connection after the other: each has the answers to its requests, then it is closed. Without any it is
/// held open in silence.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::vector<std::string>> connections) : connections_(std::move(connections)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() { thread_.join(); }
  Url url() const { return {{"127.0.0.1", acceptor_.local_endpoint().port()}, "/who"}; }
  std::atomic<int> requests{0};
  /// The last request as it came. After its answer.
  std::string request() {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  void keep(const std::string& bytes, std::size_t size) {
    const std::lock_guard lock(mutex_);
    request_ = bytes.substr(0, size);
  }
  void serve() {
    for (const auto& answers : connections_) {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      asio::streambuf buffer;
      boost::system::error_code error;
      for (const std::string& one : answers) {
        const std::size_t head = asio::read_until(socket, buffer, "{}", error);
        if (error) break;
        keep({asio::buffers_begin(buffer.data()), asio::buffers_end(buffer.data())}, head);
        buffer.consume(head);
        ++requests;
        asio::write(socket, asio::buffer(one), error);
      }
      if (answers.empty()) asio::read_until(socket, buffer, "never", error);  // until the client gives up
    }
  }
  std::vector<std::vector<std::string>> connections_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::mutex mutex_;
  std::string request_;  ///< guarded
  std::thread thread_;
};

}  // namespace im::client
