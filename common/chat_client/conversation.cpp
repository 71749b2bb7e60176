#include "common/chat_client/conversation.hpp"

#include <algorithm>

namespace im::chat_client {

namespace {

/// Rows that wait for others. What does not fit is asked for again with the gap.
constexpr std::size_t kMaxEarly = 1000;

}  // namespace

std::vector<Row> Conversation::take(Row row, TimePoint now) {
  if (row.seq <= mark_) return {};
  note(row.seq, now);
  if (row.seq == mark_ + 1 || early_.size() < kMaxEarly) early_.emplace(row.seq, std::move(row));
  return run();
}

void Conversation::note(Seq seq, TimePoint now) {
  if (!gap()) since_ = now;
  newest_ = std::max(newest_, seq);
}

void Conversation::begin_after(Seq seq) {
  if (seq <= mark_) return;
  mark_ = seq;
  newest_ = std::max(newest_, seq);
  early_.erase(early_.begin(), early_.upper_bound(seq));
}

std::vector<Row> Conversation::run() {
  std::vector<Row> out;
  for (auto next = early_.find(mark_ + 1); next != early_.end() && next->first == mark_ + 1;) {
    ++mark_;
    out.push_back(std::move(next->second));
    next = early_.erase(next);
  }
  return out;
}

}  // namespace im::chat_client
