#include "logic/comets/direct_link.hpp"

#include <algorithm>
#include <utility>

namespace im::logic {

namespace {

constexpr std::int32_t kCannot = -1;  // comet.proto PushAck.reached

Result<std::int32_t> result_of(std::int32_t reached) {
  if (reached > kCannot) return reached;
  return Error{Error::Code::kInvalid, "the comet cannot do that"};
}

}  // namespace

bool DirectLink::offer(CometCommand command, Reached& done, TimePoint now) {
  const std::size_t bytes = bytes_of(command);
  if (waiting_bytes_ > 0 && waiting_bytes_ + bytes > limits_.waiting) return false;
  waiting_bytes_ += bytes;
  entries_.push_back({std::move(command), bytes, now + limits_.patience, std::move(done)});
  return true;
}

std::optional<DirectLink::Batch> DirectLink::next_batch() {
  if (idle() || in_flight_bytes_ >= limits_.window) return std::nullopt;
  Batch batch{next_seq_, {}};
  std::size_t bytes = 0;
  for (; sent_ < entries_.size() && batch.commands.size() < limits_.batch_count; ++sent_) {
    const Entry& entry = entries_[sent_];
    if (!batch.commands.empty() && bytes + entry.bytes > limits_.batch_bytes) break;
    bytes += entry.bytes;
    batch.commands.push_back(&entry.command);
  }
  next_seq_ += batch.commands.size();
  in_flight_bytes_ += bytes;
  waiting_bytes_ -= bytes;
  return batch;
}

std::optional<std::vector<Settled>> DirectLink::acked(std::uint64_t seq, const std::vector<std::int32_t>& reached) {
  if (seq < acked_ || seq >= next_seq_ || reached.size() != seq - acked_) return std::nullopt;
  std::vector<Settled> told;
  for (const std::int32_t number : reached) {
    Entry& entry = entries_.front();
    in_flight_bytes_ -= entry.bytes;
    if (entry.done) told.push_back({std::move(entry.done), result_of(number)});
    entries_.pop_front();
    --sent_;
  }
  acked_ = seq;
  return told;
}

std::vector<Settled> DirectLink::closed(const Error& why) {
  std::vector<Settled> told;
  for (; sent_ > 0; --sent_) {
    if (Reached& done = entries_.front().done) told.push_back({std::move(done), why});
    entries_.pop_front();
  }
  in_flight_bytes_ = 0;
  next_seq_ = 1;
  acked_ = 0;
  return told;
}

std::vector<Settled> DirectLink::expire(TimePoint now) {
  std::vector<Settled> told;
  for (std::size_t i = 0; i < sent_ && entries_[i].until <= now; ++i) {
    if (auto done = std::exchange(entries_[i].done, {}))
      told.push_back({std::move(done), Error{Error::Code::kTimeout, "the comet has not said that it took it"}});
  }
  const auto waiting = entries_.begin() + static_cast<std::ptrdiff_t>(sent_);
  auto over = waiting;
  for (; over != entries_.end() && over->until <= now; ++over) {
    waiting_bytes_ -= over->bytes;
    told.push_back({std::move(over->done), Error{Error::Code::kUnavailable, "the comet was not reached in time"}});
  }
  entries_.erase(waiting, over);
  return told;
}

std::vector<Settled> DirectLink::drain(const Error& why) {
  auto told = closed(why);
  for (Entry& entry : std::exchange(entries_, {})) told.push_back({std::move(entry.done), why});
  waiting_bytes_ = 0;
  return told;
}

std::optional<TimePoint> DirectLink::due() const {
  const auto open = std::ranges::find_if(entries_, [](const Entry& entry) { return static_cast<bool>(entry.done); });
  return open == entries_.end() ? std::nullopt : std::optional(open->until);
}

}  // namespace im::logic
