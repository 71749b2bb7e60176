// The slot side of SessionRegistry: what comes and goes with the ownership of a slot.

#include <algorithm>

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
    } else if (auto home = decode_key_home(field, value)) {
      raise_epoch(home->second.epoch);
      slot.key_homes.insert_or_assign(std::move(home->first), home->second);
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
  for (const auto& [uid, rows] : slot.by_uid) sessions_ -= rows.size();
  sessions_ -= slot.by_key.size();
  users_ -= slot.by_uid.size();
  slot.by_uid.clear();
  slot.by_key.clear();
  slot.key_homes.clear();
  slot.ended.clear();
}

std::vector<SlotWrite> SessionRegistry::dump(std::size_t index) {
  std::vector<SlotWrite> writes;
  for (const SessionRow& row : rows_where(index, [](const SessionRow&) { return true; }))
    writes.push_back({session_field(row.uid, row.key), encode(row)});
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  for (const auto& [key, home] : slot.key_homes) writes.push_back({key_home_field(key), encode(home)});
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
  const auto each = [&](SessionRow& row) {
    if (row.comet == comet && !young(row.epoch)) row.confirmed = false;
  };
  for (std::size_t index = 0; index < kSlots; ++index) {
    if (!slots[index]) continue;
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    for (auto& [uid, rows] : slot.by_uid) std::ranges::for_each(rows, each);
    for (auto& [key, row] : slot.by_key) each(row);
  }
}

std::vector<std::uint64_t> SessionRegistry::digest(CometInstance comet) {
  std::vector<std::uint64_t> sums(kSlots);
  for (std::size_t index = 0; index < kSlots; ++index) {
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    const auto add = [&, index](const SessionRow& row) {
      if (row.comet == comet) sums[index] += row.epoch.value();
    };
    for (const auto& [uid, rows] : slot.by_uid) std::ranges::for_each(rows, add);
    for (const auto& [key, row] : slot.by_key) add(row);
  }
  return sums;
}

std::size_t SessionRegistry::drop_unconfirmed(CometInstance comet, const SlotSet& slots) {
  std::size_t dropped = 0;
  for (std::size_t index = 0; index < kSlots; ++index) {
    if (!slots[index]) continue;
    for (const SessionRow& row :
         rows_where(index, [&](const SessionRow& each) { return !each.confirmed && each.comet == comet; }))
      dropped += unbind(row.uid, row.key, row.epoch).removed ? 1 : 0;
  }
  return dropped;
}

}  // namespace im::router
