#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "common/base/clock.hpp"
#include "common/base/repeat.hpp"
#include "logic/store/lane_batch.hpp"

namespace im::logic::store {

struct LaneOptions {
  std::size_t batch = 256;                   ///< entries of one transaction
  std::size_t max_waiting = 4096;            ///< entries
  std::size_t max_waiting_bytes = 16 << 20;  ///< of all entries that wait
  Duration reopen_after = std::chrono::milliseconds(200);
  /// Tests put their own in place.
  LaneBatch::Commit commit = [](sql::Connection& db) { return db.commit(); };
};

struct LaneStats {
  std::uint64_t entries = 0;
  std::uint64_t batches = 0;
  std::uint64_t refused = 0;  ///< no room in the queue
  std::uint64_t failed_batches = 0;
  std::uint64_t statements = 0;  ///< that the database was asked to run
  std::size_t waiting = 0;
};

/// One thread, one connection, one bounded queue: takes what waits, writes it in one transaction, commits once, answers
/// all, hands the rows on. Nobody else writes what its keys name. A connection that is gone is opened anew; until then
/// the answer is kUnavailable.
class WriteLane {
 public:
  WriteLane(sql::Database database, const LaneOptions& options, OutboxSink& sink);
  ~WriteLane() { stop(); }

  /// Any thread. kOverloaded: no room; kUnavailable: stopping. Then `done` is not called.
  Status submit(LaneEntry entry);
  /// Any thread. Written with the next batch.
  void sent(SentMark mark);
  /// Writes what waits, then ends.
  void stop();
  LaneStats stats() const;

 private:
  struct Taken {
    std::vector<LaneEntry> entries;
    std::vector<SentMark> sent;
  };
  void loop();
  bool take(Taken& taken);
  void write(Taken taken);
  void answer(const std::vector<LaneEntry>& entries, const std::vector<Status>& answers);
  Status connect();

  const sql::Database database_;
  const LaneOptions options_;
  OutboxSink& sink_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<LaneEntry> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::vector<SentMark> sent_;
  LaneStats stats_;
  bool stopping_ = false;

  // Of the thread.
  std::unique_ptr<sql::Connection> db_;
  TimePoint tried_{};
  Repeat failing_;
  std::thread thread_;
};

}  // namespace im::logic::store
