#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/reason_log.hpp"
#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/room_maker.hpp"
#include "logic/media/standing_still.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// Takes away what nobody needs any longer: uploads that stand still, files that no message names. Each round asks a
/// store that is silent whether it answers again, so that this is noticed although nobody else asks. Blocking; one
/// thread at a time in a logic, and any number of logics.
class MediaSweeper {
 public:
  struct Stats {
    std::atomic<std::uint64_t> expired{0}, removed{0}, failed{0};
  };
  MediaSweeper(store::Store& store, const IncomingFolder& incoming, BlobStore& blobs, std::int64_t unfinished_ms)
      : store_(store),
        incoming_(incoming),
        blobs_(blobs),
        unfinished_ms_(unfinished_ms),
        room_(incoming, blobs, unfinished_ms) {}

  /// How many it took away.
  Result<int> round();
  /// All that a user uploaded, also what messages name: rows, bytes, and the days of the quota. How many. kUnavailable:
  /// not all bytes went; what is left goes in later rounds, or with another call. Any thread.
  Result<int> erase_user(Uid owner);
  /// One that is kGoing: its bytes, then its row; false: some bytes are still there, and go in a later round. Any
  /// thread.
  Result<bool> remove(const std::string& id);
  const Stats& stats() const { return stats_; }

 private:
  Result<int> all_steps();
  // The connection is free again before bytes are taken away, which may take long.
  Result<std::int64_t> clock_ms();
  Result<std::vector<std::string>> due(MediaState state, std::int64_t now_ms);
  /// On a disk that takes no row. How many files went.
  int make_room();
  Result<int> expire(std::int64_t now_ms);
  Result<int> release(std::int64_t now_ms);
  Result<int> remove_going(std::int64_t now_ms);
  Result<int> clear_incoming(std::int64_t now_ms);
  Result<bool> clear_one(const std::string& name, std::int64_t now_ms);
  Result<bool> is_coming(const std::string& id);
  bool is_over(const std::string& name, std::int64_t now_ms) const;
  std::int64_t due_ms(const IncomingFolder::Facts& facts) const {
    return still_.since(facts.changed_ms) + unfinished_ms_;
  }
  /// The bytes of the others would not go either.
  bool is_in_vain() const { return blobs_.silence().is_silent; }
  bool remove_bytes(const std::string& id);
  /// An upload, and when it goes if nothing more comes; at the earliest, where somebody writes it or it cannot be
  /// looked at. One that is due is held.
  struct Coming {
    std::int64_t due_ms = 0;
    std::shared_ptr<IncomingFile> held;
  };
  Coming look_at(const std::string& id, std::int64_t now_ms) const;
  /// Nothing of it is due before then.
  Status put_off(const std::string& id, std::int64_t drop_ms);
  Result<bool> let_go(const std::string& id, std::int64_t now_ms);

  store::Store& store_;
  const IncomingFolder& incoming_;
  BlobStore& blobs_;
  const std::int64_t unfinished_ms_;
  const RoomMaker room_;
  StandingStill still_;  ///< rounds
  ReasonLog failing_;
  Stats stats_;
};

}  // namespace im::logic::media
