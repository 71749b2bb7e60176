#include "logic/chat_events/rows_in_hand.hpp"

namespace im::logic {

void RowsInHand::add(store::SentMark mark) {
  here_.emplace(mark.conv, mark.seq);
  sent_.erase({mark.conv, mark.seq});
}

RowsInHand::Again RowsInHand::again(store::SentMark mark) {
  const Key key{mark.conv, mark.seq};
  if (here_.contains(key)) return Again::kInHand;
  if (sent_.contains(key)) return Again::kSent;
  here_.insert(key);
  return Again::kTake;
}

void RowsInHand::leave(store::SentMark mark, bool sent) {
  const Key key{mark.conv, mark.seq};
  here_.erase(key);
  if (!sent || !sent_.insert(key).second) return;
  by_age_.push_back(key);
  if (by_age_.size() <= kSentKept) return;
  sent_.erase(by_age_.front());
  by_age_.pop_front();
}

}  // namespace im::logic
