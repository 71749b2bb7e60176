// The slot side of SessionRegistry: what comes and goes with the ownership of a slot.

#include <algorithm>
#include <utility>

#include "router/sessions/session_registry.hpp"

namespace im::router {

void SessionRegistry::load(std::size_t index, const SlotFields& fields) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  if (slot.owned) return;
  for (const auto& [field, value] : fields) {
    if (const auto row = decode_session(field, value); row && find(slot, row->uid, row->key) == nullptr) {
      raise_epoch(row->epoch);
      insert(slot, *row);
    } else if (const auto home = decode_key_home(field, value)) {
      raise_epoch(home->second.epoch);
      if (StoredKey* const known = find_key(slot, home->first); known != nullptr) slot.keys.erase(*known);
      slot.keys.add(StoredKey(home->first, home->second));
    }
  }
}

void SessionRegistry::own(std::size_t index, std::uint64_t epoch) {
  raise_epoch(SessionEpoch(epoch << 20));
  const std::lock_guard lock(slots_[index].mutex);
  // Logins asked from now on; those asked before may have a newer one that the former owner has bound.
  slots_[index].first_epoch = std::max(static_cast<std::uint64_t>(now_ms_()) << 20, std::uint64_t{1}) - 1;
  slots_[index].owned = true;
}

void SessionRegistry::disown(std::size_t index) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  slot.owned = false;
  slot.remember = false;
  sessions_ -= slot.sessions.size();
  users_ -= users_in(slot).size();
  slot.sessions.clear();
  slot.keys.clear();
  slot.ended.clear();
}

std::vector<SlotWrite> SessionRegistry::dump(std::size_t index) {
  std::vector<SlotWrite> writes;
  for (const SessionRow& row : rows_where(index, [](const StoredSession&) { return true; }))
    writes.push_back({session_field(row.uid, row.key), encode(row)});
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  for (const StoredKey& key : std::as_const(slot.keys))
    writes.push_back({key_home_field(key.key()), encode(key.owner)});
  return writes;
}

void SessionRegistry::remember_ends(const SlotSet& slots, bool remember) {
  for (std::size_t index = 0; index < kSlots; ++index) {
    if (!slots[index]) continue;
    const std::lock_guard lock(slots_[index].mutex);
    slots_[index].remember = remember;
    if (!remember) forget_old_ends(slots_[index]);
  }
}

void SessionRegistry::doubt(CometInstance comet, const SlotSet& slots) {
  for (std::size_t index = 0; index < kSlots; ++index) {
    if (!slots[index]) continue;
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    for (StoredSession& row : slot.sessions) {
      if (row.comet() == comet && !young(row.epoch)) row.confirmed = false;
    }
  }
}

std::vector<std::uint64_t> SessionRegistry::digest(CometInstance comet) {
  std::vector<std::uint64_t> sums(kSlots);
  for (std::size_t index = 0; index < kSlots; ++index) {
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    for (const StoredSession& row : std::as_const(slot.sessions)) {
      if (row.comet() == comet) sums[index] += row.epoch.value();
    }
  }
  return sums;
}

std::size_t SessionRegistry::drop_unconfirmed(CometInstance comet, const SlotSet& slots) {
  std::size_t dropped = 0;
  for (std::size_t index = 0; index < kSlots; ++index) {
    if (!slots[index]) continue;
    for (const SessionRow& row :
         rows_where(index, [&](const StoredSession& each) { return !each.confirmed && each.comet() == comet; }))
      dropped += unbind(row.uid, row.key, row.epoch).removed ? 1 : 0;
  }
  return dropped;
}

}  // namespace im::router
