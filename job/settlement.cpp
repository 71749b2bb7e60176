#include "job/settlement.hpp"

#include <algorithm>
#include <utility>

namespace im::job {

namespace {
constexpr std::size_t kEntryBytes = 64;
}

std::uint64_t Settlement::open(std::int32_t partition) {
  close(partition);
  partitions_[partition].assignment = ++last_assignment_;
  return last_assignment_;
}

void Settlement::close(std::int32_t partition) {
  const auto at = partitions_.find(partition);
  if (at == partitions_.end()) return;
  for (const auto& entry : at->second.entries) bytes_ -= kEntryBytes + (entry.parts > 0 ? entry.bytes : 0);
  records_ -= at->second.entries.size();
  partitions_.erase(at);
}

std::uint64_t Settlement::assignment(std::int32_t partition) const {
  const auto at = partitions_.find(partition);
  return at == partitions_.end() ? 0 : at->second.assignment;
}

void Settlement::add(std::int32_t partition, std::int64_t offset, std::size_t parts, std::size_t bytes) {
  const auto at = partitions_.find(partition);
  if (at == partitions_.end()) return;
  at->second.entries.push_back({offset, parts, bytes});
  bytes_ += kEntryBytes + (parts > 0 ? bytes : 0);
  ++records_;
  if (parts == 0) advance(at->second);
}

void Settlement::settle(std::int32_t partition, std::uint64_t assignment, std::int64_t offset) {
  const auto at = partitions_.find(partition);
  if (at == partitions_.end() || at->second.assignment != assignment) return;
  auto& entries = at->second.entries;
  const auto entry = std::ranges::lower_bound(entries, offset, {}, &Entry::offset);
  if (entry == entries.end() || entry->offset != offset || entry->parts == 0) return;
  if (--entry->parts > 0) return;
  bytes_ -= entry->bytes;
  advance(at->second);
}

void Settlement::advance(Held& held) {
  while (!held.entries.empty() && held.entries.front().parts == 0) {
    held.done = held.entries.front().offset + 1;
    bytes_ -= kEntryBytes;
    --records_;
    held.entries.pop_front();
  }
}

std::optional<std::int64_t> Settlement::take_watermark(std::int32_t partition) {
  const auto at = partitions_.find(partition);
  if (at == partitions_.end() || !at->second.done) return std::nullopt;
  auto& held = at->second;
  const auto next = held.debts.empty() ? *held.done : std::min(*held.done, *held.debts.begin());
  if (next <= held.told.value_or(-1)) return std::nullopt;
  held.told = next;
  return next;
}

void Settlement::owe(const Debt& debt) {
  const auto at = partitions_.find(debt.partition);
  if (at != partitions_.end() && at->second.assignment == debt.assignment) at->second.debts.insert(debt.offset);
}

void Settlement::pay(const Debt& debt) {
  const auto at = partitions_.find(debt.partition);
  if (at == partitions_.end() || at->second.assignment != debt.assignment) return;
  const auto owed = at->second.debts.find(debt.offset);
  if (owed != at->second.debts.end()) at->second.debts.erase(owed);
}

std::size_t Settlement::debts() const {
  std::size_t debts = 0;
  for (const auto& [partition, held] : partitions_) debts += held.debts.size();
  return debts;
}

}  // namespace im::job
