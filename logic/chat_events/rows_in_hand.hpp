#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <utility>

#include "logic/store/lane_entry.hpp"

namespace im::logic {

/// Which rows this logic is bringing out or has brought out lately, so that the relay's second look at them makes no
/// second push: a slow way would be fed with copies of what waits in it already. Not thread-safe.
class RowsInHand {
 public:
  enum class Again { kTake, kInHand, kSent };

  /// A row that was just written, whatever was known of its number: the store may have gone back.
  void add(store::SentMark mark);
  /// A row that still lies in the outbox. kTake: it is in hand now.
  Again again(store::SentMark mark);
  /// Pushed, or given up and left to the relay.
  void leave(store::SentMark mark, bool sent);

 private:
  using Key = std::pair<store::ConvId, store::Seq>;
  static constexpr std::size_t kSentKept = 10000;

  std::set<Key> here_;
  std::set<Key> sent_;
  std::deque<Key> by_age_;  ///< of sent_; may name what add() took out
};

}  // namespace im::logic
