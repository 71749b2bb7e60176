#include "router/sessions/session_registry.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

SessionRegistry::SessionRegistry(std::function<bool(CometInstance)> gone, std::function<std::int64_t()> now_ms,
                                 SlotJournal& journal)
    : gone_(std::move(gone)), now_ms_(std::move(now_ms)), journal_(journal) {}

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

StoredSession* SessionRegistry::find(Slot& slot, Uid uid, std::string_view key) {
  return slot.sessions.find(StoredSession::hash_of(uid, key),
                            [&](const StoredSession& row) { return row.is(uid, key); });
}

bool SessionRegistry::has_user(Slot& slot, Uid uid) {
  return slot.sessions.find(StoredSession::hash_of(uid, {}),
                            [&](const StoredSession& row) { return row.uid == uid; }) != nullptr;
}

StoredKey* SessionRegistry::find_key(Slot& slot, std::string_view key) {
  return slot.keys.find(StoredKey::hash_of(key), [&](const StoredKey& row) { return row.key() == key; });
}

void SessionRegistry::insert(Slot& slot, const SessionRow& row) {
  ++sessions_;
  if (row.uid.value() > 0 && !has_user(slot, row.uid)) ++users_;
  slot.sessions.add(StoredSession(row));
}

/// In the place of one with the same user and key; its formers stay.
void SessionRegistry::replace(Slot& slot, StoredSession& known, const SessionRow& row) {
  StoredSession stored(row);
  stored.formers = std::move(known.formers);
  slot.sessions.replace(known, std::move(stored));
}

void SessionRegistry::erase(Slot& slot, StoredSession& row) {
  const Uid uid = row.uid;
  journal_.erase(home_slot(uid.value(), row.key()), session_field(uid, row.key()));
  changed(uid);
  --sessions_;
  slot.sessions.erase(row);
  if (uid.value() > 0 && !has_user(slot, uid)) --users_;
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
    if (StoredSession* const known = find(slot, row.uid, row.key); known != nullptr && known->epoch == row.epoch)
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
  slot.sessions.for_each_at(StoredSession::hash_of(uid, {}), [&](const StoredSession& row) {
    if (uid.value() > 0 && row.uid == uid && !gone_(row.comet())) found.push_back(row.row());
  });
  std::ranges::sort(found, {}, &SessionRow::epoch);
  return found;
}

std::vector<Uid> SessionRegistry::users_of(std::size_t index) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  return users_in(slot);
}

std::vector<Uid> SessionRegistry::users_in(const Slot& slot) {
  std::vector<Uid> users;
  for (const StoredSession& row : slot.sessions) {
    if (row.uid.value() > 0) users.push_back(row.uid);
  }
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return users;
}

std::optional<SessionRegistry::KeyRows> SessionRegistry::by_key(const std::string& key) {
  KeyRows result;
  {
    Slot& slot = slots_[slot_of(key)];
    const std::lock_guard lock(slot.mutex);
    if (!slot.owned) return std::nullopt;
    if (const StoredSession* const found = find(slot, Uid(), key); found != nullptr) {
      if (!gone_(found->comet())) result.rows.push_back(found->row());
      result.newest = !result.rows.empty() && bound_here(result.rows.front());
      return result;
    }
    const StoredKey* const entry = find_key(slot, key);
    if (entry == nullptr) return result;
    result.home = entry->owner.uid;
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
  for (const StoredSession& row : std::as_const(slot.sessions)) {
    if (which(row)) found.push_back(row.row());
  }
  return found;
}

std::vector<SessionRow> SessionRegistry::of_logins(CometInstance comet,
                                                   const std::unordered_set<std::uint64_t>& epochs) {
  std::vector<SessionRow> found;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    auto rows = rows_where(
        slot, [&](const StoredSession& each) { return epochs.contains(each.epoch.value()) && each.comet() == comet; });
    std::move(rows.begin(), rows.end(), std::back_inserter(found));
  }
  return found;
}

SessionRegistry::Memory SessionRegistry::memory() {
  Memory memory;
  for (Slot& slot : slots_) {
    const std::lock_guard lock(slot.mutex);
    memory.rows += slot.sessions.row_bytes();
    memory.names += slot.sessions.heap_bytes();
    memory.keys += slot.keys.row_bytes() + slot.keys.heap_bytes();
    memory.indexes += slot.sessions.index_bytes() + slot.keys.index_bytes();
  }
  return memory;
}

std::size_t SessionRegistry::reclaim(std::size_t slots) {
  std::size_t freed = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    const std::size_t index = next_reclaim_.fetch_add(1, std::memory_order_relaxed) % kSlots;
    for (const SessionRow& row : rows_where(index, [&](const StoredSession& each) { return gone_(each.comet()); }))
      freed += take_out(row.uid, row.key, row.epoch, Ends::kForgotten).removed ? 1 : 0;
    reclaim_keys(index);
  }
  return freed;
}

/// Nobody tells the owner of a key's slot that the session went with its comet when another router has the session.
void SessionRegistry::reclaim_keys(std::size_t index) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  if (!slot.owned) return;
  slot.keys.erase_if([&](const StoredKey& row) {
    const KeyOwner& owner = row.owner;
    if (owner.comet.number.value() == 0 || young(owner.epoch) || !gone_(owner.comet)) return false;
    journal_.erase(index, key_home_field(row.key()));
    return true;
  });
}

}  // namespace im::router
