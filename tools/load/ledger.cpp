#include "tools/load/ledger.hpp"

#include <algorithm>

namespace im::load {

Ledger::Ledger(std::size_t receivers, std::size_t streams, std::size_t messages_per_stream)
    : capacity_(messages_per_stream), receivers_(receivers), streams_(streams) {
  for (Stream& stream : streams_) {
    stream.sent.resize(capacity_);
    stream.acked.resize(capacity_);
  }
}

void Ledger::expect(std::size_t receiver, std::uint32_t stream) {
  receivers_[receiver].rows.push_back({stream, 0, std::vector<std::uint64_t>((capacity_ + 63) / 64)});
  ++streams_[stream].receivers;
}

void Ledger::sent(std::uint32_t stream, std::uint32_t number) { streams_[stream].sent[number] = true; }

void Ledger::acked(std::uint32_t stream, std::uint32_t number) {
  streams_[stream].acked[number] = true;
  ++streams_[stream].acknowledged;
}

void Ledger::received(std::size_t receiver, std::uint32_t stream, std::uint32_t number) {
  Receiver& who = receivers_[receiver];
  const auto row = std::find_if(who.rows.begin(), who.rows.end(),
                                [stream](const Row& candidate) { return candidate.stream == stream; });
  if (row == who.rows.end() || number >= capacity_) {
    ++who.phantom;
    return;
  }
  std::uint64_t& word = row->seen[number / 64];
  const std::uint64_t bit = std::uint64_t{1} << number % 64;
  if ((word & bit) != 0) {
    ++who.dup;
    return;
  }
  word |= bit;
  if (number < row->next) {
    ++who.reorder;
  } else {
    row->next = number + 1;
  }
}

std::uint64_t Ledger::expected() const {
  std::uint64_t total = 0;
  for (const Stream& stream : streams_) total += stream.acknowledged * stream.receivers;
  return total;
}

void Ledger::judge_row(const Row& row, Judgement& sum) const {
  const Stream& stream = streams_[row.stream];
  for (std::size_t number = 0; number < capacity_; ++number) {
    const bool seen = (row.seen[number / 64] >> number % 64 & 1) != 0;
    if (seen && stream.sent[number]) ++sum.delivered;
    if (seen && !stream.sent[number]) ++sum.phantom;
    if (!seen && stream.acked[number]) ++sum.lost;
  }
}

Judgement Ledger::judge() const {
  Judgement sum;
  for (const Receiver& receiver : receivers_) {
    sum.dup += receiver.dup;
    sum.reorder += receiver.reorder;
    sum.phantom += receiver.phantom;
    for (const Row& row : receiver.rows) judge_row(row, sum);
  }
  return sum;
}

}  // namespace im::load
