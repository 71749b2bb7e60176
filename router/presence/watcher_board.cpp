#include "router/presence/watcher_board.hpp"

namespace im::router {

namespace {
constexpr std::size_t kSlotsPerTick = 2;
}

WatcherBoard::Outcome WatcherBoard::watch(Uid uid, Uid watcher, TimePoint until, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const std::size_t index = slot_of(uid.value());
  if (!owned_[index]) return Outcome::kElsewhere;
  Watchers& watchers = slots_[index][uid];
  const auto known = watchers.find(watcher);
  if (known != watchers.end()) {
    known->second = until;
    return Outcome::kDone;
  }
  if (watchers.size() >= limits_.of_one) drop_old(watchers, now);
  if (watchers.size() < limits_.of_one && size_ < limits_.all) {
    watchers.emplace(watcher, until);
    ++size_;
    return Outcome::kDone;
  }
  if (watchers.empty()) slots_[index].erase(uid);
  return Outcome::kFull;
}

WatcherBoard::Outcome WatcherBoard::forget(Uid uid, Uid watcher) {
  const std::lock_guard lock(mutex_);
  const std::size_t index = slot_of(uid.value());
  if (!owned_[index]) return Outcome::kElsewhere;
  const auto found = slots_[index].find(uid);
  if (found == slots_[index].end()) return Outcome::kDone;
  size_ -= found->second.erase(watcher);
  if (found->second.empty()) slots_[index].erase(found);
  return Outcome::kDone;
}

std::optional<std::vector<Uid>> WatcherBoard::watchers_of(Uid uid, TimePoint now) const {
  const std::lock_guard lock(mutex_);
  const std::size_t index = slot_of(uid.value());
  if (!owned_[index]) return std::nullopt;
  std::vector<Uid> out;
  const auto found = slots_[index].find(uid);
  if (found == slots_[index].end()) return out;
  for (const auto& [watcher, until] : found->second)
    if (until > now) out.push_back(watcher);
  return out;
}

void WatcherBoard::tick(TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < kSlotsPerTick; ++i) {
    Slot& slot = slots_[next_++ % kSlots];
    for (auto one = slot.begin(); one != slot.end();) {
      drop_old(one->second, now);
      one = one->second.empty() ? slot.erase(one) : std::next(one);
    }
  }
}

std::size_t WatcherBoard::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

void WatcherBoard::own(std::size_t slot, std::uint64_t) {
  const std::lock_guard lock(mutex_);
  owned_.set(slot);
}

void WatcherBoard::disown(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  owned_.reset(slot);
  clear(slots_[slot]);
}

/// The caller holds the guard.
void WatcherBoard::drop_old(Watchers& watchers, TimePoint now) {
  size_ -= std::erase_if(watchers, [now](const auto& one) { return one.second <= now; });
}

/// The caller holds the guard.
void WatcherBoard::clear(Slot& slot) {
  for (const auto& [uid, watchers] : slot) size_ -= watchers.size();
  slot.clear();
}

}  // namespace im::router
