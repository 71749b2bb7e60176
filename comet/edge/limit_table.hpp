#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"

namespace im::comet {

struct LimitTableStats {
  std::uint64_t entries = 0;
  std::uint64_t forgotten = 0;  ///< entries that had to make room before their buckets were full again
  std::uint64_t untracked = 0;  ///< keys that found no room: every entry had open connections
};

/// What is remembered of each key, at most `bound` of them, each at a fixed address. An entry that holds nothing any
/// more goes by itself; when all are needed, one without open connections is forgotten, counted. State has `in_use()`
/// (has open connections) and `empty(now)` (a new one would be the same). The caller locks.
template <class Key, class State, class Hash = std::hash<Key>>
class LimitTable {
 public:
  explicit LimitTable(std::size_t bound) : bound_(bound) {}

  State* find(const Key& key) {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &slots_[found->second].state;
  }

  /// The entry of the key, made when there is none; nullptr, counted, when there is no room.
  State* find_or_make(const Key& key, TimePoint now) {
    if (State* state = find(key)) return state;
    clean(now, kCleanedPerInsert);
    if (index_.size() >= bound_ && !make_room(now)) {
      ++stats_.untracked;
      return nullptr;
    }
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].key = key;
    slots_[slot].live = true;
    index_.emplace(key, slot);
    return &slots_[slot].state;
  }

  LimitTableStats stats() const { return {index_.size(), stats_.forgotten, stats_.untracked}; }

 private:
  static constexpr std::size_t kCleanedPerInsert = 2;
  static constexpr std::size_t kLookedAt = 64;

  struct Slot {
    Key key{};
    State state{};
    bool live = false;
  };

  Slot& next() {
    if (hand_ >= slots_.size()) hand_ = 0;
    return slots_[hand_++];
  }

  void clean(TimePoint now, std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, slots_.size()); ++i) {
      Slot& slot = next();
      if (slot.live && slot.state.empty(now)) release(slot);
    }
  }

  /// Looks at a bounded number of entries, so that a flood of keys costs the same each.
  bool make_room(TimePoint now) {
    clean(now, kLookedAt);
    if (index_.size() < bound_) return true;
    for (std::size_t i = 0; i < std::min(kLookedAt, slots_.size()); ++i) {
      Slot& slot = next();
      if (!slot.live || slot.state.in_use()) continue;
      release(slot);
      ++stats_.forgotten;
      return true;
    }
    return false;
  }

  void release(Slot& slot) {
    const auto found = index_.find(slot.key);
    free_.push_back(found->second);
    index_.erase(found);
    slot.live = false;
    std::destroy_at(&slot.state);  // not assigned: a state may hold atomics
    std::construct_at(&slot.state);
  }

  std::size_t bound_;
  std::deque<Slot> slots_;
  std::unordered_map<Key, std::uint32_t, Hash> index_;
  std::vector<std::uint32_t> free_;
  std::size_t hand_ = 0;
  LimitTableStats stats_;
};

}  // namespace im::comet
