#pragma once

#include <cstdint>
#include <map>

namespace im::kafka {

/// What may be committed: per assigned partition the stored offset and whether the broker has it. Pure; the caller
/// locks.
class OffsetBook {
 public:
  void open(std::int32_t partition, std::int64_t start) { entries_[partition] = {start, start}; }
  void clear() { entries_.clear(); }

  /// Ignored for a partition that is not open, and never moves back.
  void store(std::int32_t partition, std::int64_t next) {
    const auto at = entries_.find(partition);
    if (at == entries_.end() || next < at->second.stored) return;
    at->second.dirty = at->second.dirty || next > at->second.stored || at->second.stored == at->second.start;
    at->second.stored = next;
  }

  /// The log began anew: offsets may be lower from here.
  void restart(std::int32_t partition, std::int64_t start) {
    const auto at = entries_.find(partition);
    if (at != entries_.end()) at->second = {start, start, true};
  }

  /// What was stored since the last call.
  std::map<std::int32_t, std::int64_t> take() {
    std::map<std::int32_t, std::int64_t> offsets;
    for (auto& [partition, entry] : entries_) {
      if (!entry.dirty) continue;
      entry.dirty = false;
      offsets[partition] = entry.stored;
    }
    return offsets;
  }

  /// A commit failed: it goes with the next one, unless a later one is stored or the partition is gone.
  void give_back(std::int32_t partition, std::int64_t next) {
    const auto at = entries_.find(partition);
    if (at != entries_.end() && at->second.stored == next) at->second.dirty = true;
  }

  std::map<std::int32_t, std::int64_t> positions() const {
    std::map<std::int32_t, std::int64_t> positions;
    for (const auto& [partition, entry] : entries_) positions[partition] = entry.stored;
    return positions;
  }

 private:
  struct Entry {
    std::int64_t stored = 0;
    std::int64_t start = 0;
    bool dirty = false;
  };
  std::map<std::int32_t, Entry> entries_;
};

}  // namespace im::kafka
