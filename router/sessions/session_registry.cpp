#include "router/sessions/session_registry.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

SessionRegistry::SessionRegistry(std::function<bool(CometInstance)> alive, std::function<std::int64_t()> now_ms,
                                 SlotJournal& journal)
    : alive_(std::move(alive)), now_ms_(std::move(now_ms)), journal_(journal) {}

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

// ---- rows of one slot; the caller holds its mutex

SessionRow* SessionRegistry::find(Slot& slot, Uid uid, const std::string& key) {
  if (uid.value() <= 0) {
    const auto found = slot.by_key.find(key);
    return found == slot.by_key.end() ? nullptr : &found->second;
  }
  const auto user = slot.by_uid.find(uid.value());
  if (user == slot.by_uid.end()) return nullptr;
  const auto found =
      std::find_if(user->second.begin(), user->second.end(), [&](const SessionRow& row) { return row.key == key; });
  return found == user->second.end() ? nullptr : &*found;
}

void SessionRegistry::insert(Slot& slot, const SessionRow& row) {
  ++sessions_;
  if (row.uid.value() <= 0) {
    slot.by_key.emplace(row.key, row);
    return;
  }
  auto& rows = slot.by_uid[row.uid.value()];
  if (rows.empty()) ++users_;
  rows.push_back(row);
}

void SessionRegistry::erase(Slot& slot, Uid uid, const std::string& key) {
  journal_.erase(home_slot(uid.value(), key), session_field(uid, key));
  changed(uid);
  --sessions_;
  if (uid.value() <= 0) {
    slot.by_key.erase(key);
    return;
  }
  const auto user = slot.by_uid.find(uid.value());
  std::erase_if(user->second, [&](const SessionRow& row) { return row.key == key; });
  if (!user->second.empty()) return;
  slot.by_uid.erase(user);
  --users_;
}

void SessionRegistry::changed(Uid uid) {
  if (listener_ != nullptr && uid.value() > 0)
    listener_->changed(slot_of(uid.value()), {EventKind::kUser, uid.value()});
}

bool SessionRegistry::restore(SessionRow row) {
  raise_epoch(row.epoch);
  row.confirmed = true;
  const std::size_t home = home_slot(row.uid.value(), row.key);
  {
    Slot& slot = slots_[home];
    const std::lock_guard lock(slot.mutex);
    if (slot.owned && slot.ended.contains(row.epoch.value())) return false;
    if (SessionRow* const known = find(slot, row.uid, row.key); known != nullptr && known->epoch == row.epoch)
      known->confirmed = true;
  }
  // The key first: a newer session of another user has it, and this one was replaced.
  const auto key = take_key({row.uid, row.epoch, row.comet}, row.key);
  if (key && key->superseded) return false;
  return put(row, Put::kAny).stored;
}

// ---- lookups

std::optional<std::vector<SessionRow>> SessionRegistry::by_uid(Uid uid) {
  Slot& slot = slots_[slot_of(uid.value())];
  const std::lock_guard lock(slot.mutex);
  if (!slot.owned) return std::nullopt;
  std::vector<SessionRow> found;
  const auto user = slot.by_uid.find(uid.value());
  if (user == slot.by_uid.end()) return found;
  std::copy_if(user->second.begin(), user->second.end(), std::back_inserter(found),
               [&](const SessionRow& row) { return alive_(row.comet); });
  return found;
}

std::vector<Uid> SessionRegistry::users_of(std::size_t index) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  std::vector<Uid> users;
  users.reserve(slot.by_uid.size());
  for (const auto& [uid, rows] : slot.by_uid) users.emplace_back(uid);
  return users;
}

std::optional<SessionRegistry::KeyRows> SessionRegistry::by_key(const std::string& key) {
  KeyRows result;
  {
    Slot& slot = slots_[slot_of(key)];
    const std::lock_guard lock(slot.mutex);
    if (!slot.owned) return std::nullopt;
    if (const auto found = slot.by_key.find(key); found != slot.by_key.end()) {
      if (alive_(found->second.comet)) result.rows.push_back(found->second);
      result.newest = !result.rows.empty() && bound_here(found->second);
      return result;
    }
    const auto entry = slot.key_homes.find(key);
    if (entry == slot.key_homes.end()) return result;
    result.home = entry->second.uid;
  }
  auto rows = by_uid(result.home);
  result.home_elsewhere = !rows;
  if (!rows) return result;
  std::erase_if(*rows, [&](const SessionRow& row) { return row.key != key; });
  result.rows = std::move(*rows);
  result.newest = !result.rows.empty() && bound_here(result.rows.front());
  return result;
}

bool SessionRegistry::bound_here(const SessionRow& row) const {
  return row.epoch.value() > slots_[home_slot(row.uid.value(), row.key)].first_epoch.load();
}

std::vector<SessionRow> SessionRegistry::rows_where(std::size_t index, const Which& which) {
  std::vector<SessionRow> found;
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  for (const auto& [uid, rows] : slot.by_uid) std::copy_if(rows.begin(), rows.end(), std::back_inserter(found), which);
  for (const auto& [key, row] : slot.by_key) {
    if (which(row)) found.push_back(row);
  }
  return found;
}

std::size_t SessionRegistry::reclaim(std::size_t slots) {
  std::size_t freed = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    const std::size_t index = next_reclaim_.fetch_add(1, std::memory_order_relaxed) % kSlots;
    for (const SessionRow& row : rows_where(index, [&](const SessionRow& each) { return !alive_(each.comet); }))
      freed += unbind(row.uid, row.key, row.epoch).removed ? 1 : 0;
    reclaim_keys(index);
  }
  return freed;
}

/// Nobody tells the owner of a key's slot that the session went with its comet when another router has the session.
void SessionRegistry::reclaim_keys(std::size_t index) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  if (!slot.owned) return;
  std::erase_if(slot.key_homes, [&](const auto& entry) {
    const KeyHome& home = entry.second;
    if (home.comet.number.value() == 0 || young(home.epoch) || alive_(home.comet)) return false;
    journal_.erase(index, key_home_field(entry.first));
    return true;
  });
}

}  // namespace im::router
