#pragma once

#include <atomic>
#include <cstdint>

#include "logic/webim/people.hpp"
#include "logic/webim/room_book.hpp"
#include "logic/webim/stay_check.hpp"

namespace im::logic::webim {

/// Has everybody looked for once when their grace is over. Within it nobody is missed: a login stands in the store
/// before a router knows it. So who went within it while no router looked is found here. A logic that has just begun
/// looks for everybody, since another one may have died before it did.
class StayRound {
 public:
  StayRound(store::Store& store, People& people, RoomBook& book, StayCheck& stays, std::int64_t grace_ms)
      : store_(store), people_(people), book_(book), stays_(stays), grace_ms_(grace_ms) {}

  /// Those whose grace was over since the last time. Blocking, one at a time.
  Status look();
  /// Somebody may have been missed: the next look is for everybody whose grace is over. Any thread.
  void start_over() { anew_ = true; }
  std::int64_t grace_ms() const { return grace_ms_; }

 private:
  Status look(std::int64_t from_ms, std::int64_t until_ms);

  store::Store& store_;
  People& people_;
  RoomBook& book_;
  StayCheck& stays_;
  const std::int64_t grace_ms_;
  std::int64_t looked_ms_ = 0;  ///< at who came before
  std::atomic<bool> anew_{false};
};

}  // namespace im::logic::webim
