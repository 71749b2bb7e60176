// The login side of SessionRegistry: who gets a key, and who loses it.

#include <algorithm>
#include <utility>

#include "common/base/fault.hpp"
#include "router/sessions/session_registry.hpp"

namespace im::router {

namespace {

bool same(const StoredSession& one, const SessionRow& other) {
  return one.epoch == other.epoch && one.comet() == other.comet && one.conn == other.conn;
}

/// Who comes and goes faster than its ends are told is remembered so far.
constexpr std::size_t kFormers = 8;

template <class One>
void remember(Formers<One>& formers, One former) {
  if (!formers) formers = std::make_unique<std::vector<One>>();
  formers->push_back(std::move(former));
  if (formers->size() > kFormers) formers->erase(formers->begin());
}

template <class One>
void forget(Formers<One>& formers, SessionEpoch epoch) {
  if (!formers) return;
  std::erase_if(*formers, [epoch](const One& former) { return former.epoch == epoch; });
  if (formers->empty()) formers.reset();
}

/// The newest of them, who is not remembered any more.
template <class One>
std::optional<One> take_back(Formers<One>& formers) {
  if (!formers) return std::nullopt;
  One newest = std::move(formers->back());
  formers->pop_back();
  if (formers->empty()) formers.reset();
  return newest;
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
  StoredSession* const known = find(slot, row.uid, row.key);
  if (known != nullptr && same(*known, row)) {  // made twice
    result.stored = true;
    if (known->formers) result.replaced.push_back(known->formers->back());
    return result;
  }
  const bool late = slot.ended.contains(row.epoch.value()) || (age == Put::kLogin && !young(row.epoch));
  result.stored = !late && (known == nullptr || known->epoch < row.epoch || gone_(known->comet()));
  if (!result.stored) return result;
  if (known == nullptr) {
    insert(slot, row);
  } else {
    result.replaced.push_back(known->row());
    remember(known->formers, known->row());
    replace(slot, *known, row);
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
    StoredKey* const home = find_key(slot, key);
    const StoredSession* const userless = find(slot, Uid(), key);
    taken.superseded = slot.ended.contains(epoch.value()) || (home != nullptr && home->owner.epoch > epoch) ||
                       (userless != nullptr && userless->epoch > epoch);
    if (taken.superseded) return taken;
    if (home != nullptr) former = home->owner.uid;
    if (uid.value() > 0) {
      journal_.put(index, key_home_field(key), encode(owner));
      if (home == nullptr) {
        slot.keys.add(StoredKey(key, owner));
      } else {
        if (home->owner.epoch != epoch) remember(home->formers, home->owner);
        home->owner = owner;
      }
    } else if (home != nullptr) {
      slot.keys.erase(*home);
      journal_.erase(index, key_home_field(key));
    }
  }
  const Which older = [&](const StoredSession& other) { return other.epoch < epoch; };
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
  remove_home(index, uid, key, [&](const StoredSession& row) { return row.epoch < epoch; }, &replaced);
  return replaced;
}

bool SessionRegistry::remove_home(std::size_t index, Uid uid, const std::string& key, const Which& which,
                                  std::vector<SessionRow>* removed) {
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  StoredSession* const found = slot.owned ? find(slot, uid, key) : nullptr;
  if (found == nullptr || !which(*found)) return false;
  if (slot.remember) slot.ended.insert(found->epoch.value());
  if (removed != nullptr) removed->push_back(found->row());
  erase(slot, *found);
  return true;
}

SessionRegistry::Unbound SessionRegistry::unbind(Uid uid, const std::string& key, SessionEpoch epoch) {
  return take_out(uid, key, epoch, Ends::kRemembered);
}

SessionRegistry::Unbound SessionRegistry::take_out(Uid uid, const std::string& key, SessionEpoch epoch, Ends ends) {
  Unbound result;
  {
    Slot& slot = slots_[home_slot(uid.value(), key)];
    const std::lock_guard lock(slot.mutex);
    result.home = slot.owned;
    if (ends == Ends::kRemembered) remember_end(slot, epoch);
    StoredSession* const found = slot.owned ? find(slot, uid, key) : nullptr;
    result.removed = found != nullptr && (found->epoch == epoch || fault::fire("router.ends_any"));
    if (result.removed) {
      end(slot, *found);
    } else if (found != nullptr) {
      forget(found->formers, epoch);
    }
  }
  end_key(key, epoch, ends, result);
  return result;
}

/// Takes the row out, or puts back the one it replaced: a login taken back must not leave a living connection unfound.
/// Under the slot's lock.
void SessionRegistry::end(Slot& slot, StoredSession& row) {
  std::optional<SessionRow> former;
  if (young(row.epoch)) former = take_back(row.formers);
  while (former && (slot.ended.contains(former->epoch.value()) || gone_(former->comet)))
    former = take_back(row.formers);
  if (!former) return erase(slot, row);
  replace(slot, row, *former);
  journal_.put(home_slot(former->uid.value(), former->key), session_field(former->uid, former->key), encode(*former));
  changed(former->uid);
}

void SessionRegistry::end_key(const std::string& key, SessionEpoch epoch, Ends ends, Unbound& result) {
  const std::size_t index = slot_of(key);
  Slot& slot = slots_[index];
  const std::lock_guard lock(slot.mutex);
  result.key_home = slot.owned;
  if (ends == Ends::kRemembered) remember_end(slot, epoch);
  StoredKey* const home = find_key(slot, key);
  if (home == nullptr) return;
  forget(home->formers, epoch);
  if (home->owner.epoch != epoch) return;
  if (home->formers && young(epoch)) {
    home->owner = *take_back(home->formers);
    journal_.put(index, key_home_field(key), encode(home->owner));
    return;
  }
  slot.keys.erase(*home);
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
