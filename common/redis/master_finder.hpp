#pragma once

// Private to common/redis: from addresses to a connection that takes commands.

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "common/redis/client.hpp"
#include "common/redis/connection.hpp"

namespace im::redis {

using ConnectionPtr = std::shared_ptr<Connection>;

/// Tries one address a time: asks it for the master when it is a Sentinel, connects, logs in, and checks that it is a
/// master that answers (after a failover a Sentinel may still name the old one). On the io_context's one thread.
class MasterFinder {
 public:
  /// Both must outlive it.
  MasterFinder(boost::asio::io_context& context, const Config& config) : context_(context), config_(config) {}

  /// One attempt. The error says which address and what to do.
  boost::asio::awaitable<Result<ConnectionPtr>> find();
  /// find() ends soon with an error. (A name that is being looked up is waited for: getaddrinfo knows no end.)
  void cancel();

 private:
  boost::asio::awaitable<Result<ConnectionPtr>> connect(std::string address);
  boost::asio::awaitable<Result<std::string>> ask_sentinel(std::string address);
  boost::asio::awaitable<Status> introduce(ConnectionPtr connection);
  boost::asio::awaitable<Result<Reply>> ask(ConnectionPtr connection, std::vector<std::string> args);

  boost::asio::io_context& context_;
  const Config& config_;
  std::size_t next_ = 0;
  bool cancelled_ = false;
  std::weak_ptr<Connection> current_;
};

}  // namespace im::redis
