#pragma once

// Private to common/redis: the inside of Client.

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/base/clock.hpp"
#include "common/redis/client.hpp"
#include "common/redis/connection.hpp"
#include "common/redis/master_finder.hpp"

namespace im::redis {

/// A command between command() and its answer.
struct Command {
  std::vector<std::string> args;
  Client::Done done;
  TimePoint deadline;
  std::size_t bytes = 0;  ///< of args, as they were given
  const Script* script = nullptr;
  bool whole = false;       ///< sent as EVAL
  bool over_limit = false;  ///< only to be told kOverloaded
};
using CommandPtr = std::shared_ptr<Command>;

struct Client::Impl {
  explicit Impl(Config c) : config(std::move(c)) {}

  // Any thread
  void submit(CommandPtr command);

  // Client's thread
  boost::asio::awaitable<void> stay_connected();
  void use(ConnectionPtr found);
  void note_down(const Error& why);
  void drain_inbox();
  void dispatch(const CommandPtr& command);
  void send(const CommandPtr& command);
  void answered(const CommandPtr& command, const ConnectionPtr& from, Result<Reply> result);
  void finish(const CommandPtr& command, Result<Reply> result);
  void shut_down();

  const Config config;
  std::atomic<std::uint64_t> answered_count{0}, refused{0}, timeouts{0}, unavailable{0}, overloaded{0}, connections{0},
      pending{0}, pending_bytes{0};

  mutable std::mutex mutex;  // the four below
  std::vector<CommandPtr> inbox;
  bool accepting = false;
  bool is_up = false;
  std::string detail = "not started";

  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  MasterFinder finder{context, config};
  boost::asio::steady_timer pause{context}, lost{context};
  ConnectionPtr connection;
  std::set<const Script*> loaded;  // on this connection
  std::set<std::string> told;      // reasons that were logged since it was lost
  bool stopping = false;
  std::thread thread;
};

}  // namespace im::redis
