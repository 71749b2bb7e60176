// The login side of SessionRegistry: who gets a key, and who loses it.

#include <algorithm>
#include <utility>

#include "router/sessions/session_registry.hpp"

namespace im::router {

namespace {

bool same(const SessionRow& one, const SessionRow& other) {
  return one.epoch == other.epoch && one.comet == other.comet && one.conn == other.conn;
}

/// Who comes and goes faster than its ends are told is remembered so far.
constexpr std::size_t kFormers = 8;

std::vector<KeyOwner> formers_with(const KeyHome& home, SessionEpoch taker) {
  auto formers = home.formers;
  if (home.epoch != taker) formers.push_back(home);
  if (formers.size() > kFormers) formers.erase(formers.begin());
  return formers;
}

void cut(SessionRow& row) {
  SessionRow* last = &row;
  for (std::size_t i = 1; i < kFormers && last->former; ++i) last = last->former.get();
  last->former.reset();
}

void forget_former(SessionRow& row, SessionEpoch epoch) {
  for (SessionRow* newer = &row; newer->former; newer = newer->former.get()) {
    if (newer->former->epoch != epoch) continue;
    newer->former = std::shared_ptr<SessionRow>(newer->former)->former;
    return;
  }
}
}  // namespace

std::optional<SessionRegistry::Bound> SessionRegistry::bind(SessionRow row) {
  const bool asked = row.epoch.value() != 0;
  if (!asked) row.epoch = mint();
  row.confirmed = true;
  Put home = put(row, asked ? Put::kLogin : Put::kAny);
  if (!home.owned) return std::nullopt;
  Bound bound{row.epoch, std::move(home.replaced), false, Uid(), !home.stored};
  if (!home.stored) return bound;
  auto key = take_key({row.uid, row.epoch, row.comet}, row.key);
  if (!key) {
    bound.key_elsewhere = true;
    return bound;
  }
  if (key->superseded) unbind(row.uid, row.key, row.epoch);
  bound.superseded = key->superseded;
  bound.former_elsewhere = key->former_elsewhere;
  std::move(key->replaced.begin(), key->replaced.end(), std::back_inserter(bound.replaced));
  return bound;
}

/// Stores the row at its home unless a newer one with that key is there.
SessionRegistry::Put SessionRegistry::put(const SessionRow& row, Put::Age age) {
  const std::size_t index = home_slot(row.uid.value(), row.key);
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  Put result;
  result.owned = slot.owned;
  if (!slot.owned) return result;
  SessionRow* const known = find(slot, row.uid, row.key);
  if (known != nullptr && same(*known, row)) {  // made twice
    result.stored = true;
    if (known->former) result.replaced.push_back(*known->former);
    return result;
  }
  const bool late = slot.ended.contains(row.epoch.value()) || (age == Put::kLogin && !young(row.epoch));
  result.stored = !late && (known == nullptr || known->epoch < row.epoch || !alive_(known->comet));
  if (!result.stored) return result;
  if (known == nullptr) {
    insert(slot, row);
  } else {
    result.replaced.push_back(*known);
    result.replaced.back().former.reset();
    auto former = std::make_shared<SessionRow>(std::exchange(*known, row));
    cut(*former);
    known->former = std::move(former);
  }
  journal_.put(index, session_field(row.uid, row.key), encode(row));
  changed(row.uid);
  return result;
}

std::optional<SessionRegistry::KeyTaken> SessionRegistry::take_key(const KeyOwner& owner, const std::string& key) {
  const Uid uid = owner.uid;
  const SessionEpoch epoch = owner.epoch;
  KeyTaken taken;
  Uid former;
  const std::size_t index = slot_of(key);
  {
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    if (!slot.owned) return std::nullopt;
    const auto home = slot.key_homes.find(key);
    const SessionRow* const userless = find(slot, Uid(), key);
    taken.superseded = slot.ended.contains(epoch.value()) ||
                       (home != slot.key_homes.end() && home->second.epoch > epoch) ||
                       (userless != nullptr && userless->epoch > epoch);
    if (taken.superseded) return taken;
    if (home != slot.key_homes.end()) former = home->second.uid;
    if (uid.value() > 0) {
      KeyHome taker{owner};
      if (home != slot.key_homes.end()) taker.formers = formers_with(home->second, epoch);
      journal_.put(index, key_home_field(key), encode(taker));
      slot.key_homes.insert_or_assign(key, taker);
    } else if (home != slot.key_homes.end()) {
      slot.key_homes.erase(home);
      journal_.erase(index, key_home_field(key));
    }
  }
  const Which older = [&](const SessionRow& other) { return other.epoch < epoch; };
  if (uid.value() > 0) remove_home(index, Uid(), key, older, &taken.replaced);
  if (former.value() <= 0 || former == uid) return taken;
  auto displaced = displace(former, key, epoch);
  if (!displaced) {
    taken.former_elsewhere = former;
  } else {
    std::move(displaced->begin(), displaced->end(), std::back_inserter(taken.replaced));
  }
  return taken;
}

std::optional<std::vector<SessionRow>> SessionRegistry::displace(Uid uid, const std::string& key, SessionEpoch epoch) {
  const std::size_t index = home_slot(uid.value(), key);
  {
    const std::lock_guard lock(slots_[index].mutex);
    if (!slots_[index].owned) return std::nullopt;
  }
  std::vector<SessionRow> replaced;
  remove_home(index, uid, key, [&](const SessionRow& row) { return row.epoch < epoch; }, &replaced);
  return replaced;
}

bool SessionRegistry::remove_home(std::size_t index, Uid uid, const std::string& key, const Which& which,
                                  std::vector<SessionRow>* removed) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  SessionRow* const found = slot.owned ? find(slot, uid, key) : nullptr;
  if (found == nullptr || !which(*found)) return false;
  if (slot.remember) slot.ended.insert(found->epoch.value());
  if (removed != nullptr) removed->push_back(*found);
  erase(slot, uid, key);
  return true;
}

SessionRegistry::Unbound SessionRegistry::unbind(Uid uid, const std::string& key, SessionEpoch epoch) {
  Unbound result;
  {
    Slot& slot = slots_[home_slot(uid.value(), key)];
    const std::lock_guard lock(slot.mutex);
    result.home = slot.owned;
    remember_end(slot, epoch);
    SessionRow* const found = slot.owned ? find(slot, uid, key) : nullptr;
    result.removed = found != nullptr && found->epoch == epoch;
    if (result.removed) {
      end(slot, *found);
    } else if (found != nullptr) {
      forget_former(*found, epoch);
    }
  }
  end_key(key, epoch, result);
  return result;
}

/// Takes the row out, or puts back the one it replaced: a login taken back must not leave a living connection unfound.
/// Under the slot's lock.
void SessionRegistry::end(Slot& slot, SessionRow& row) {
  auto former = young(row.epoch) ? row.former : nullptr;
  while (former && (slot.ended.contains(former->epoch.value()) || !alive_(former->comet))) former = former->former;
  if (!former) return erase(slot, Uid(row.uid), std::string(row.key));
  row = SessionRow(*former);
  journal_.put(home_slot(row.uid.value(), row.key), session_field(row.uid, row.key), encode(row));
  changed(row.uid);
}

void SessionRegistry::end_key(const std::string& key, SessionEpoch epoch, Unbound& result) {
  const std::size_t index = slot_of(key);
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  result.key_home = slot.owned;
  remember_end(slot, epoch);
  const auto found = slot.key_homes.find(key);
  if (found == slot.key_homes.end()) return;
  KeyHome& home = found->second;
  std::erase_if(home.formers, [&](const KeyOwner& former) { return former.epoch == epoch; });
  if (home.epoch != epoch) return;
  if (!home.formers.empty() && young(epoch)) {
    static_cast<KeyOwner&>(home) = KeyOwner(home.formers.back());
    home.formers.pop_back();
    journal_.put(index, key_home_field(key), encode(home));
    return;
  }
  slot.key_homes.erase(found);
  journal_.erase(index, key_home_field(key));
}

bool SessionRegistry::young(SessionEpoch epoch) const {
  return static_cast<std::int64_t>(epoch.value() >> 20) + kUnderWayMs > now_ms_();
}

void SessionRegistry::remember_end(Slot& slot, SessionEpoch epoch) {
  if (!slot.remember) forget_old_ends(slot);
  if (slot.remember || young(epoch)) slot.ended.insert(epoch.value());
}

void SessionRegistry::forget_old_ends(Slot& slot) {
  while (!slot.ended.empty() && !young(SessionEpoch(*slot.ended.begin()))) slot.ended.erase(slot.ended.begin());
}

}  // namespace im::router
