#include "router/session_registry.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

SessionRegistry::SessionRegistry(std::function<bool(CometInstance)> alive, std::function<std::int64_t()> now_ms,
                                 SessionStore& store)
    : alive_(std::move(alive)), now_ms_(std::move(now_ms)), store_(store) {}

SessionEpoch SessionRegistry::mint() {
  const std::uint64_t clock = static_cast<std::uint64_t>(now_ms_()) << 20;
  std::uint64_t last = last_epoch_.load();
  std::uint64_t next = 0;
  do {
    next = std::max(last + 1, clock);
  } while (!last_epoch_.compare_exchange_weak(last, next));
  return SessionEpoch(next);
}

void SessionRegistry::raise_epoch(SessionEpoch seen) {
  std::uint64_t last = last_epoch_.load();
  while (last < seen.value() && !last_epoch_.compare_exchange_weak(last, seen.value())) {
  }
}

SessionRegistry::Bound SessionRegistry::bind(SessionRow row) {
  row.epoch = mint();
  Bound bound{row.epoch, put(row)};
  take_key(row, bound.replaced);
  return bound;
}

/// Stores the row at its home unless a newer one with that key is there; returns the one it replaced.
std::vector<SessionRow> SessionRegistry::put(const SessionRow& row) {
  std::vector<SessionRow> replaced;
  if (row.uid.value() > 0) {
    Slot& slot = slots_[slot_of(row.uid.value())];
    const std::lock_guard lock(slot.mutex);
    auto& rows = slot.by_uid[row.uid.value()];
    if (rows.empty()) ++users_;
    const auto same =
        std::find_if(rows.begin(), rows.end(), [&](const SessionRow& other) { return other.key == row.key; });
    if (same == rows.end()) {
      rows.push_back(row);
      ++sessions_;
    } else if (same->epoch < row.epoch) {
      replaced.push_back(std::exchange(*same, row));
    }
    store_.saved(slot_of(row.uid.value()), row);
    return replaced;
  }
  Slot& slot = slots_[slot_of(row.key)];
  const std::lock_guard lock(slot.mutex);
  const auto [found, fresh] = slot.by_key.try_emplace(row.key, row);
  if (fresh) {
    ++sessions_;
  } else if (found->second.epoch < row.epoch) {
    replaced.push_back(std::exchange(found->second, row));
  }
  store_.saved(slot_of(row.key), row);
  return replaced;
}

/// The key belongs to this row now: a session of another user (or of none) with the same key is replaced.
void SessionRegistry::take_key(const SessionRow& row, std::vector<SessionRow>& replaced) {
  Uid former;
  {
    Slot& slot = slots_[slot_of(row.key)];
    const std::lock_guard lock(slot.mutex);
    if (row.uid.value() > 0) {
      const auto [home, fresh] = slot.key_homes.try_emplace(row.key, KeyHome{row.uid, row.epoch});
      if (!fresh && home->second.epoch < row.epoch) {
        former = std::exchange(home->second, KeyHome{row.uid, row.epoch}).uid;
      }
    } else if (const auto home = slot.key_homes.find(row.key);
               home != slot.key_homes.end() && home->second.epoch < row.epoch) {
      former = home->second.uid;
      slot.key_homes.erase(home);
    }
  }
  const auto older = [&](const SessionRow& other) { return other.epoch < row.epoch; };
  if (former.value() > 0 && former != row.uid) remove_home(former, row.key, older, &replaced);
  if (row.uid.value() > 0) remove_home(Uid(), row.key, older, &replaced);
}

bool SessionRegistry::remove_home(Uid uid, const std::string& key, const std::function<bool(const SessionRow&)>& which,
                                  std::vector<SessionRow>* removed) {
  const std::size_t index = uid.value() > 0 ? slot_of(uid.value()) : slot_of(key);
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  if (uid.value() <= 0) {
    const auto found = slot.by_key.find(key);
    if (found == slot.by_key.end() || !which(found->second)) return false;
    store_.removed(index, found->second);
    if (removed != nullptr) removed->push_back(std::move(found->second));
    slot.by_key.erase(found);
    --sessions_;
    return true;
  }
  const auto user = slot.by_uid.find(uid.value());
  if (user == slot.by_uid.end()) return false;
  auto& rows = user->second;
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const SessionRow& row) { return row.key == key && which(row); });
  if (found == rows.end()) return false;
  store_.removed(index, *found);
  if (removed != nullptr) removed->push_back(std::move(*found));
  rows.erase(found);
  --sessions_;
  if (rows.empty()) {
    slot.by_uid.erase(user);
    --users_;
  }
  return true;
}

void SessionRegistry::erase_key_home(const std::string& key, SessionEpoch epoch) {
  Slot& slot = slots_[slot_of(key)];
  const std::lock_guard lock(slot.mutex);
  const auto home = slot.key_homes.find(key);
  if (home != slot.key_homes.end() && home->second.epoch == epoch) slot.key_homes.erase(home);
}

bool SessionRegistry::unbind(Uid uid, const std::string& key, SessionEpoch epoch) {
  const bool removed = remove_home(uid, key, [&](const SessionRow& row) { return row.epoch == epoch; }, nullptr);
  if (removed && uid.value() > 0) erase_key_home(key, epoch);
  return removed;
}

bool SessionRegistry::restore(const SessionRow& row) {
  raise_epoch(row.epoch);
  for (const SessionRow& known : by_key(row.key)) {
    if (known.epoch > row.epoch) return false;
  }
  std::vector<SessionRow> replaced = put(row);
  take_key(row, replaced);
  return true;
}

std::vector<SessionRow> SessionRegistry::by_uid(Uid uid) {
  std::vector<SessionRow> found;
  Slot& slot = slots_[slot_of(uid.value())];
  const std::lock_guard lock(slot.mutex);
  const auto user = slot.by_uid.find(uid.value());
  if (user == slot.by_uid.end()) return found;
  std::copy_if(user->second.begin(), user->second.end(), std::back_inserter(found),
               [&](const SessionRow& row) { return alive_(row.comet); });
  return found;
}

std::vector<SessionRow> SessionRegistry::by_key(const std::string& key) {
  Uid home;
  {
    Slot& slot = slots_[slot_of(key)];
    const std::lock_guard lock(slot.mutex);
    if (const auto found = slot.by_key.find(key); found != slot.by_key.end()) {
      if (alive_(found->second.comet)) return {found->second};
      return {};
    }
    const auto entry = slot.key_homes.find(key);
    if (entry == slot.key_homes.end()) return {};
    home = entry->second.uid;
  }
  std::vector<SessionRow> rows = by_uid(home);
  std::erase_if(rows, [&](const SessionRow& row) { return row.key != key; });
  return rows;
}

std::size_t SessionRegistry::reclaim(std::size_t slots) {
  std::size_t freed = 0;
  std::vector<SessionRow> dead;
  for (std::size_t i = 0; i < slots; ++i) {
    Slot& slot = slots_[next_reclaim_.fetch_add(1, std::memory_order_relaxed) % kSlots];
    const std::lock_guard lock(slot.mutex);
    for (const auto& [uid, rows] : slot.by_uid) {
      std::copy_if(rows.begin(), rows.end(), std::back_inserter(dead),
                   [&](const SessionRow& row) { return !alive_(row.comet); });
    }
    for (const auto& [key, row] : slot.by_key) {
      if (!alive_(row.comet)) dead.push_back(row);
    }
  }
  for (const SessionRow& row : dead) freed += unbind(row.uid, row.key, row.epoch) ? 1 : 0;
  return freed;
}

}  // namespace im::router
