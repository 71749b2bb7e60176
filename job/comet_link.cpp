#include "job/comet_link.hpp"

#include <algorithm>
#include <utility>

namespace im::job {

namespace {
constexpr std::int32_t kNoPartition = -1;
}

bool CometLink::offer(Delivery delivery) {
  if (stalled_ || waiting_bytes_ + delivery.bytes > limits_.backlog) {
    stalled_ = true;
    return false;
  }
  waiting_bytes_ += delivery.bytes;
  ++deliveries_;
  const auto partition = delivery.partition();
  entries_.push_back({std::move(delivery), partition});
  return true;
}

bool CometLink::owe(const Debt& debt) {
  const auto [at, fresh] = debts_.try_emplace(debt.partition, debt);
  if (fresh) return true;
  auto& known = at->second;
  if (known.assignment == debt.assignment && known.offset <= debt.offset) return false;
  paid_.push_back(std::exchange(known, debt));
  return true;
}

void CometLink::log_began_anew(std::int32_t partition) {
  const bool repeated = entries_.size() > sent_ && !entries_.back().delivery && entries_.back().partition == partition;
  if (!repeated) entries_.push_back({std::nullopt, partition});
}

std::optional<LinkBatch> CometLink::next_batch() {
  if (!debts_.empty() && !stalled_) mark_missed();
  if (in_flight_bytes_ >= limits_.window || (waiting_bytes_ == 0 && missed_waiting_ == 0)) return std::nullopt;
  LinkBatch batch;
  std::size_t bytes = 0;
  while (sent_ < entries_.size() && batch.deliveries.size() < limits_.batch_count && take_next(batch, bytes)) {
  }
  batch.first_seq = next_seq_;
  next_seq_ += batch.missed ? 1 : batch.deliveries.size();
  in_flight_bytes_ += bytes;
  waiting_bytes_ -= bytes;
  update_stalled();
  return batch;
}

/// Puts the next entry into the batch; false: the batch is complete.
bool CometLink::take_next(LinkBatch& batch, std::size_t& bytes) {
  const Entry& entry = entries_[sent_];
  const bool begun = !batch.deliveries.empty();
  if (entry.delivery) {
    if (begun && bytes + entry.delivery->bytes > limits_.batch_bytes) return false;
    bytes += entry.delivery->bytes;
    batch.deliveries.push_back(&*entry.delivery);
  } else if (begun) {
    return false;  // a marker holds for what comes after it, and a message says it first: it begins a new one
  } else if (entry.missed) {
    batch.missed = true;
    --missed_waiting_;
  } else {
    batch.restarted_partitions.push_back(entry.partition);
  }
  ++sent_;
  return !batch.missed;
}

std::optional<std::vector<Delivery>> CometLink::acked(std::uint64_t seq) {
  if (seq >= next_seq_) return std::nullopt;
  std::vector<Delivery> taken;
  while (acked_seq_ < seq) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    --sent_;
    if (entry.missed) {
      ++acked_seq_;
      paid_.insert(paid_.end(), entry.debts.begin(), entry.debts.end());
    }
    if (!entry.delivery) continue;  // the comet has read the marker: it acknowledged what came after it
    ++acked_seq_;
    --deliveries_;
    in_flight_bytes_ -= entry.delivery->bytes;
    taken.push_back(std::move(*entry.delivery));
  }
  if (!taken.empty()) update_stalled();
  return taken;
}

std::size_t CometLink::closed() {
  std::size_t again = 0;
  for (std::size_t i = 0; i < sent_; ++i) {
    const auto& entry = entries_[i];
    if (entry.missed) ++missed_waiting_;
    if (!entry.delivery) continue;
    if (entry.dead) {
      --deliveries_;
    } else {
      waiting_bytes_ += entry.delivery->bytes;
      ++again;
    }
  }
  std::erase_if(entries_, [](const Entry& entry) { return entry.dead; });
  sent_ = 0;
  in_flight_bytes_ = 0;
  next_seq_ = 1;
  acked_seq_ = 0;
  return again;
}

std::size_t CometLink::revoke(std::int32_t partition) {
  for (std::size_t i = 0; i < sent_; ++i) {
    if (entries_[i].delivery && entries_[i].partition == partition) entries_[i].dead = true;
  }
  const auto waiting = entries_.begin() + static_cast<std::ptrdiff_t>(sent_);
  std::size_t dropped = 0;
  const auto kept = std::remove_if(waiting, entries_.end(), [&](const Entry& entry) {
    if (entry.partition != partition) return false;
    if (entry.delivery) {
      waiting_bytes_ -= entry.delivery->bytes;
      ++dropped;
    }
    return true;
  });
  entries_.erase(kept, entries_.end());
  debts_.erase(partition);  // it is the next holder's: nothing from it on was committed
  deliveries_ -= dropped;
  update_stalled();
  return dropped;
}

std::vector<Delivery> CometLink::take_from(std::size_t first) {
  std::vector<Delivery> taken;
  for (auto i = first; i < entries_.size(); ++i) {
    if (entries_[i].delivery) taken.push_back(std::move(*entries_[i].delivery));
  }
  entries_.resize(first);
  deliveries_ -= taken.size();
  return taken;
}

std::vector<Delivery> CometLink::shed() {
  // Markers stay: what follows them belongs to the new log whoever was dropped in between.
  std::deque<Entry> markers;
  for (auto i = sent_; i < entries_.size(); ++i) {
    if (!entries_[i].delivery) markers.push_back(std::move(entries_[i]));
  }
  auto taken = take_from(sent_);
  for (auto& marker : markers) entries_.push_back(std::move(marker));
  waiting_bytes_ = 0;
  stalled_ = true;
  return taken;
}

std::vector<Delivery> CometLink::drain() {
  sent_ = 0;
  in_flight_bytes_ = 0;
  waiting_bytes_ = 0;
  missed_waiting_ = 0;
  for (const auto& [partition, debt] : std::exchange(debts_, {})) paid_.push_back(debt);
  for (const auto& entry : entries_) paid_.insert(paid_.end(), entry.debts.begin(), entry.debts.end());
  return take_from(0);
}

/// Ahead of what waits: the clients it closes need not get that any more.
void CometLink::mark_missed() {
  Entry marker{std::nullopt, kNoPartition, false, true, {}};
  for (const auto& [partition, debt] : std::exchange(debts_, {})) marker.debts.push_back(debt);
  ++missed_waiting_;
  entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(sent_), std::move(marker));
}

void CometLink::update_stalled() {
  if (stalled_ && waiting_bytes_ <= limits_.backlog / 2) stalled_ = false;
}

}  // namespace im::job
