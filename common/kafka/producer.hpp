#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.hpp"

namespace im::kafka {

struct ProducerConfig {
  std::string brokers;         ///< "host:port,host:port"
  std::string bootstrap_file;  ///< im-devkafka writes its addresses here; read when `brokers` is empty, re-read until
                               ///< it exists and whenever it changes (a restarted im-devkafka has other ports)
  std::string topic = "goim-push-topic";
  int linger_ms = 0;
  int delivery_timeout_ms = 10000;      ///< then the caller gets kTimeout or kUnavailable
  std::size_t queue_bytes = 64U << 20;  ///< over it: kOverloaded at once
  std::string compression = "none";  ///< "zstd" pays with a linger or large bodies; single small records do not shrink
};

struct ProducerStats {
  std::uint64_t acked = 0;
  std::uint64_t failed = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t recreated = 0;  ///< fatal errors of the idempotent producer, and changes of the bootstrap file
  std::uint64_t gathered = 0;   ///< records that waited for the answer to those before them, and went together
};

/// Idempotent, acks=all. Order of produce() calls is kept per key. What comes for a partition while a record of it has
/// no answer yet is sent together when it has (produce_lanes.hpp). Any thread. The only users of librdkafka are in this
/// folder.
class Producer {
 public:
  struct Position {
    std::int32_t partition = -1;
    std::int64_t offset = -1;  ///< -1: in the log, but the broker did not say where
  };
  /// Called once, must not block. On the producer's thread; kOverloaded and kInvalid (too large) may come before
  /// produce() returns, on the caller's. kTimeout: the record may or may not be in the log.
  using Done = std::function<void(Result<Position>)>;

  explicit Producer(ProducerConfig config);
  ~Producer();  ///< flushes for at most 5 s
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  void start();
  void produce(std::string key, std::string value, Done done);
  /// Brokers answer metadata requests for the topic. `detail` says what is waited for.
  bool up(std::string* detail) const;
  ProducerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::kafka
