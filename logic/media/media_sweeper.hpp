#pragma once

#include <atomic>
#include <cstdint>

#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// Takes away what nobody needs any longer: uploads that stand still, files that no message names. Blocking; one thread
/// at a time in a logic, and any number of logics.
class MediaSweeper {
 public:
  struct Stats {
    std::atomic<std::uint64_t> expired{0}, removed{0}, failed{0};
  };
  MediaSweeper(store::Store& store, const IncomingFolder& incoming, BlobStore& blobs, std::int64_t unfinished_ms)
      : store_(store), incoming_(incoming), blobs_(blobs), unfinished_ms_(unfinished_ms) {}

  /// How many it took away.
  Result<int> round();
  /// All that a user uploaded, also what messages name: rows, bytes, and the days of the quota. How many. kUnavailable:
  /// not all bytes went; what is left goes in later rounds, or with another call. Any thread.
  Result<int> erase_user(Uid owner);
  const Stats& stats() const { return stats_; }

 private:
  Result<int> expire(sql::Connection& db, std::int64_t now_ms);
  Result<int> release(sql::Connection& db, std::int64_t now_ms);
  Result<int> remove_going(sql::Connection& db, std::int64_t now_ms);
  Result<int> clear_incoming(sql::Connection& db, std::int64_t now_ms);
  /// Its bytes, then its row; false: some bytes are still there.
  Result<bool> remove_one(const std::string& id);
  bool stands_still(const std::string& id, std::int64_t now_ms);
  Result<bool> let_go(const std::string& id, std::int64_t now_ms);

  store::Store& store_;
  const IncomingFolder& incoming_;
  BlobStore& blobs_;
  const std::int64_t unfinished_ms_;
  Stats stats_;
};

}  // namespace im::logic::media
