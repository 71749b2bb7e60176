#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/redis/reply.hpp"
#include "common/redis/script.hpp"

namespace im::redis {

struct Config {
  std::vector<std::string> addresses;  ///< "host:port"; tried in turn until one is a master
  std::string sentinel_master;         ///< not empty: `addresses` are Sentinels that know a master by this name
  std::string username;                ///< empty: the default user
  std::string password_file;           ///< read at each connection; empty: no AUTH. Sentinels are asked without it
  int database = 0;
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds command_timeout{500};
  std::size_t max_pending = 100000;           ///< commands without an answer; more are refused
  std::size_t max_pending_bytes = 64U << 20;  ///< their size together; alone, a command may be larger
};

struct Stats {
  std::uint64_t answered = 0;     ///< with a reply
  std::uint64_t refused = 0;      ///< with an error of Redis
  std::uint64_t timeouts = 0;     ///< each costs the connection
  std::uint64_t unavailable = 0;  ///< not connected, or the connection ended
  std::uint64_t overloaded = 0;   ///< over max_pending or max_pending_bytes
  std::uint64_t connections = 0;  ///< that were made
  std::uint64_t pending = 0;
  std::uint64_t pending_bytes = 0;
};

/// One connection to the master, found anew whenever it is lost (100 ms to 2 s between attempts). Commands are
/// pipelined: they take effect in the order in which they were given, on one connection. What fails is not repeated;
/// of what failed with kTimeout, or with kUnavailable because the connection ended, the effect is unknown, and may
/// still come: a server that stood still reads what it was sent.
/// Any thread. Redis Cluster and TLS are not supported. The only users of hiredis are in this folder.
class Client {
 public:
  /// Once, on the client's thread, must not block; after stop() on the caller's. kUnavailable: not connected.
  /// kTimeout: no answer within command_timeout. kOverloaded: over a bound, or Redis is out of memory. kDenied,
  /// kInvalid: Redis refuses it.
  using Done = std::function<void(Result<Reply>)>;

  explicit Client(Config config);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void start();
  /// What is pending is answered (kUnavailable) before it returns. Not from a callback.
  void stop();

  void command(std::vector<std::string> args, Done done);
  /// EVALSHA; EVAL at the first use on a connection and, once, after NOSCRIPT. `script` must outlive the client.
  void script(const Script& script, std::vector<std::string> keys, std::vector<std::string> args, Done done);

  /// Connected to a master. `detail`: to which, or why not.
  bool up(std::string* detail) const;
  Stats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::redis
