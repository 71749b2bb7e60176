#pragma once

// Private to common/redis: one connection.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "common/redis/adapter.hpp"
#include "common/redis/reply.hpp"

namespace im::redis {

/// RESP is positional: the n-th answer belongs to the n-th command, so an answer that does not come in time costs the
/// connection. It gets kTimeout, all others that wait get kUnavailable. On the io_context's one thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Answer = std::function<void(Result<Reply>)>;

  /// `address` is for messages.
  Connection(boost::asio::io_context& context, std::string address);

  /// Once. `done` is posted.
  void open(const std::string& ip, int port, TimePoint deadline, std::function<void(Status)> done);
  /// Deadlines should grow from one call to the next: only the oldest is watched. What Redis refuses comes as a Reply
  /// of kind kError.
  void send(const std::vector<std::string>& args, TimePoint deadline, Answer answer);
  /// What waits is answered with `why`. Allowed in an Answer, which may then not be the last one.
  void close(Error why);
  /// Called once when it ends after it was open, close() included; after the answers.
  void when_lost(std::function<void(const Error&)> lost) { lost_ = std::move(lost); }

  const std::string& address() const { return address_; }

 private:
  struct Waiting {
    TimePoint deadline;
    Answer answer;
  };

  void opened(bool ok);
  void answered(const redisReply* reply);
  void gone();
  Error reason() const;
  void watch();
  void expire();

  boost::asio::io_context& context_;
  const std::string address_;
  redisAsyncContext* redis_ = nullptr;
  boost::asio::steady_timer timer_;
  bool open_ = false, closing_ = false, watching_ = false;
  Error why_;  // set when closing_
  TimePoint open_deadline_;
  std::function<void(Status)> on_open_;
  std::function<void(const Error&)> lost_;
  std::deque<Waiting> waiting_;
  std::shared_ptr<Connection> self_;  // while hiredis holds a pointer
};

}  // namespace im::redis
