#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "common/s3/s3_config.hpp"

namespace im::test {

/// Answers every request without a body with 200 and what a function says of its first line, on a thread of its own.
/// One connection after the other.
class LocalStore {
  using tcp = boost::asio::ip::tcp;

 public:
  using Answer = std::function<std::string(const std::string& line)>;
  explicit LocalStore(Answer answer) : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~LocalStore() {
    stops_ = true;
    tcp::socket(context_).connect(acceptor_.local_endpoint());
    thread_.join();
  }
  s3::S3Config config() const {
    s3::S3Config config;
    config.endpoint = {{"127.0.0.1", acceptor_.local_endpoint().port()}, ""};
    config.bucket = "bucket";
    config.prefix = "media/";
    config.key_id = "key";
    config.secret = "secret";
    return config;
  }

 private:
  void serve() {
    while (true) {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      if (stops_) return;
      boost::asio::streambuf buffer;
      boost::system::error_code error;
      while (const auto size = boost::asio::read_until(socket, buffer, "\r\n\r\n", error)) {
        const std::string head(static_cast<const char*>(buffer.data().data()), size);
        buffer.consume(size);
        const std::string body = answer_(head.substr(0, head.find("\r\n")));
        const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        boost::asio::write(socket, boost::asio::buffer(begin + body), error);
      }
    }
  }

  const Answer answer_;
  std::atomic<bool> stops_{false};
  boost::asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::thread thread_;
};

}  // namespace im::test
