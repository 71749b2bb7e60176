#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "common/base/clock.hpp"
#include "common/base/repeat.hpp"
#include "common/sql/connection.hpp"
#include "logic/store/outbox_sink.hpp"

namespace im::logic::store {

/// Hands on again what lies in the outbox longer than it should: what a logic left that died between commit and push,
/// or whose push failed. One logic a shard, by leases on the database's clock. A thread and a connection of its own.
class OutboxRelay {
 public:
  struct Options {
    std::string owner;               ///< this logic's name, unique in the cluster
    std::int64_t overdue_ms = 5000;  ///< younger rows are still on their way
    std::int64_t lease_ms = 15000;
    int rows = 200;  ///< of a shard, a round
    Duration every = std::chrono::seconds(1);
  };

  OutboxRelay(sql::Database database, Options options, OutboxSink& sink);
  ~OutboxRelay() { stop(); }
  void start();
  void stop();

  /// One round with this connection; how many rows were handed on.
  Result<std::size_t> round(sql::Connection& db);

 private:
  void loop();
  void one_round(std::unique_ptr<sql::Connection>& db);
  Result<bool> lease(sql::Connection& db, int shard, std::int64_t now);
  Result<std::size_t> relay(sql::Connection& db, int shard, std::int64_t now);

  const sql::Database database_;
  const Options options_;
  OutboxSink& sink_;
  Repeat failing_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace im::logic::store
