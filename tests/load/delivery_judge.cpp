#include "tests/load/delivery_judge.hpp"

#include <algorithm>
#include <utility>

namespace im::load {

DeliveryJudge::DeliveryJudge(std::size_t receivers, std::size_t streams, std::size_t dedup_window)
    : streams_(streams), fences_(streams) {
  for (auto& fence : fences_) fence = std::numeric_limits<std::uint32_t>::max();
  receivers_.reserve(receivers);
  for (std::size_t i = 0; i < receivers; ++i) receivers_.push_back({{}, {}, DedupWindow(dedup_window)});
}

void DeliveryJudge::expect(std::size_t receiver, std::uint32_t stream) {
  receivers_[receiver].rows.push_back({stream, 0, {}});
  ++before_fence_;
}

void DeliveryJudge::fence() {
  for (std::size_t stream = 0; stream < streams_.size(); ++stream)
    fences_[stream] = static_cast<std::uint32_t>(streams_[stream].size());
}

std::uint32_t DeliveryJudge::sent(std::uint32_t stream, std::int64_t at) {
  streams_[stream].push_back({.sent = at});
  return static_cast<std::uint32_t>(streams_[stream].size() - 1);
}

void DeliveryJudge::down(std::size_t receiver, std::int64_t at) {
  receivers_[receiver].stays.back().down = at;
  for (Row& row : receivers_[receiver].rows) {
    row.here.clear();
    row.here_next = 0;
  }
}

void DeliveryJudge::received(std::size_t receiver, std::uint32_t stream, std::uint32_t number) {
  constexpr std::uint32_t kAbsurd = 1U << 26;  // more than any run sends; keeps a hostile number from taking memory
  Receiver& who = receivers_[receiver];
  const auto row = std::find_if(who.rows.begin(), who.rows.end(),
                                [stream](const Row& candidate) { return candidate.stream == stream; });
  if (row == who.rows.end() || number >= kAbsurd) {
    ++who.phantom;
    return;
  }
  if (number >= fences_[stream] && !std::exchange(row->fenced, true)) --before_fence_;
  const bool shown = who.window.fresh(std::uint64_t{stream} << 32 | number);
  if (number >= row->here.size()) row->here.resize(number + 1);
  const bool had_here = row->here[number];
  row->here[number] = true;
  const bool late = !had_here && number < row->here_next;
  if (late) row->late.push_back(number);
  if (!had_here && !late) row->here_next = number + 1;
  if (row->has(number)) {
    ++who.dup_raw;
    if (had_here) ++who.dup_same;
    if (shown) ++who.dup_shown;
    return;
  }
  if (number >= row->seen.size()) row->seen.resize(number + 1);
  row->seen[number] = true;
  if (number < row->next && !late) ++who.moved;
  row->next = std::max(row->next, number + 1);
}

DeliveryJudge::Presence DeliveryJudge::presence(const std::vector<Stay>& stays, const PushFate& push,
                                                std::int64_t settle_ns) {
  // Stays follow each other: only the last one that began before the push can hold it.
  auto after = std::upper_bound(stays.begin(), stays.end(), push.sent,
                                [](std::int64_t at, const Stay& stay) { return at < stay.up; });
  if (after == stays.begin()) return Presence::kAway;
  const Stay& stay = *std::prev(after);
  if (stay.down <= push.sent) return Presence::kAway;
  if (stay.down == Stay::kStillUp || stay.down >= push.acked + settle_ns) return Presence::kStayed;
  return Presence::kCut;
}

bool DeliveryJudge::judge_push(const Receiver& who, const PushFate& push, bool seen, const Margins& margins,
                               Verdict& sum) {
  if (seen) ++(push.written ? sum.delivered : sum.phantom);
  if (push.acked == 0) return false;
  switch (presence(who.stays, push, seen ? margins.seen : margins.unseen)) {
    case Presence::kStayed:
      ++sum.judged;
      return !seen;
    case Presence::kCut:
      ++sum.cut;
      break;
    case Presence::kAway:
      ++sum.away;
      break;
  }
  if (!seen) ++sum.missed;
  return false;
}

void DeliveryJudge::judge_row(const Receiver& who, const Row& row, const Margins& margins, Verdict& sum,
                              std::vector<std::uint32_t>& lost) const {
  const auto& pushes = streams_[row.stream];
  const std::size_t judged = std::min<std::size_t>(pushes.size(), fences_[row.stream]);
  for (std::size_t number = 0; number < judged; ++number) {
    if (judge_push(who, pushes[number], row.has(number), margins, sum))
      lost.push_back(static_cast<std::uint32_t>(number));
  }
  for (const auto number : row.late) {
    if (number < pushes.size()) ++(pushes[number].given_up ? sum.straggler : sum.reorder);
  }
  for (std::size_t number = pushes.size(); number < row.seen.size(); ++number) {
    if (row.seen[number]) ++sum.phantom;
  }
}

Verdict DeliveryJudge::judge(std::int64_t settle_ns, std::vector<LostPair>* lost, std::int64_t slowest_ns) const {
  const Margins margins{settle_ns, std::max(settle_ns, slowest_ns)};
  Verdict sum;
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    const Receiver& who = receivers_[i];
    sum.dup_raw += who.dup_raw;
    sum.dup_same += who.dup_same;
    sum.moved += who.moved;
    sum.dup_shown += who.dup_shown;
    sum.phantom += who.phantom;
    for (const Row& row : who.rows) {
      std::vector<std::uint32_t> numbers;
      judge_row(who, row, margins, sum, numbers);
      sum.lost += numbers.size();
      if (lost == nullptr) continue;
      for (const auto number : numbers) lost->push_back({i, row.stream, number});
    }
  }
  return sum;
}

Refusals refusals(const std::vector<const std::deque<PushFate>*>& streams, std::int64_t limit_ns) {
  std::vector<const PushFate*> pushes;
  for (const auto* stream : streams) {
    for (const PushFate& push : *stream) pushes.push_back(&push);
  }
  std::sort(pushes.begin(), pushes.end(), [](const auto* one, const auto* other) { return one->sent < other->sent; });
  Refusals out;
  const PushFate* first = nullptr;
  for (const PushFate* push : pushes) {
    if (push->acked != 0) {
      first = nullptr;
      continue;
    }
    if (first == nullptr) first = push;
    const std::int64_t lasted = push->sent - first->sent;
    out.longest_ns = std::max(out.longest_ns, lasted);
    if (lasted > limit_ns) ++out.late;
  }
  return out;
}

}  // namespace im::load
