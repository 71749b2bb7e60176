#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "common/base/repeat.hpp"
#include "logic/comets/user_events.hpp"
#include "logic/webim/room_book.hpp"

namespace im::logic::webim {

/// Tells those in rooms of the room demo what happens there, past Kafka: worth something now or never. No router is
/// asked: where they are stands in the book.
class RoomVoice {
 public:
  /// `pool`: notes there what was told.
  RoomVoice(RoomBook& book, UserEvents& events, BlockingPool& pool) : book_(book), events_(events), pool_(pool) {}

  struct Stats {
    std::atomic<std::uint64_t> told{0}, nobody{0}, failed{0};  ///< events, each to one or more
  };
  /// `done` once: how many of them took it; those whose comet has ended are gone with it. Any thread.
  void tell(const std::vector<RoomMember>& members, const boost::json::object& event, Reached done);
  /// To those who stay; it is owed to them until they have it. Any thread.
  void exit(Left left, const boost::json::object& event, Reached done);
  /// Exits that nobody has told: a logic died before it did, or they could not be reached. Blocking.
  Status tell_owed();
  /// The connections of these have ended. Blocking.
  Status lost(const std::vector<Uid>& gone);
  /// All that are online in a slot: who is in a room and not among them has gone while nobody looked. Blocking.
  Status only(std::size_t slot, const std::set<Uid>& online, std::int64_t grace_ms);
  const Stats& stats() const { return stats_; }

 private:
  void count(const Result<std::int32_t>& told);

  RoomBook& book_;
  UserEvents& events_;
  BlockingPool& pool_;
  std::mutex mutex_;
  Repeat failures_;
  Stats stats_;
};

}  // namespace im::logic::webim
