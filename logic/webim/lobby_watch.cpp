#include "logic/webim/lobby_watch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/log.hpp"

namespace im::logic::webim {

namespace {

bool has_page(const UserChanged& user) {
  return std::ranges::any_of(user.sessions, [](const SessionInfo& one) { return one.platform == kPlatform; });
}

}  // namespace

void LobbyWatch::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  Work work;
  for (const SlotEvent& event : events) read(event, work);
  if (work.came.empty() && work.went.empty() && work.changed.empty() && work.known.empty()) return done();
  uses_.pool.run(
      [this, work = std::move(work)]() -> Status {
        run(work);
        return Ok{};
      },
      [this, done = std::move(done)](const Status& ran) {
        if (!ran.ok()) missed(ran.error());
        done();
      });
}

void LobbyWatch::gone(const std::vector<Stay>& stays) {
  const Status posted = uses_.pool.post(
      [this, stays] { run({.came = {}, .went = {}, .changed = {}, .gone = stays, .shrunk = {}, .known = {}}); });
  if (!posted.ok()) missed(posted.error());
}

void LobbyWatch::there(const std::vector<Stay>& stays) {
  Work work;
  {
    const std::lock_guard lock(untold_mutex_);  // of those it is known, and they will be told of
    for (const Stay& stay : stays) {
      if (!stay.ended.empty()) work.shrunk.push_back(stay);
      if (!stay.told && std::ranges::find(untold_.came, stay.uid) == untold_.came.end()) work.came.push_back(stay.uid);
    }
  }
  if (work.came.empty() && work.shrunk.empty()) return;
  const Status posted = uses_.pool.post([this, work = std::move(work)] { run(work); });
  if (!posted.ok()) missed(posted.error());
}

void LobbyWatch::read(const SlotEvent& event, Work& work) {
  if (std::holds_alternative<SlotBegan>(event.what)) {
    begun_[event.slot].clear();
  } else if (const auto* user = std::get_if<UserChanged>(&event.what)) {
    const auto begun = begun_.find(event.slot);
    if (begun != begun_.end() && user->count > 0) begun->second.insert(user->uid);
    (user->count == 0 ? work.went : has_page(*user) ? work.came : work.changed).push_back(user->uid);
  } else if (std::holds_alternative<SlotKnown>(event.what)) {
    const auto begun = begun_.find(event.slot);
    if (begun == begun_.end()) return;
    work.known.emplace_back(event.slot, std::move(begun->second));
    begun_.erase(begun);
  }
}

void LobbyWatch::run(const Work& work) {
  for (const Uid uid : work.came) announce(uid);
  if (const Status done = offline(work.went); !done.ok()) missed(done.error());
  if (const Status done = look_for(work.changed); !done.ok()) missed(done.error());
  if (const Status done = over(work.gone); !done.ok()) missed(done.error());
  for (const Stay& stay : work.shrunk) {
    if (const Status done = uses_.people.forget_ended(stay); !done.ok()) failed(done.error());
  }
  for (const auto& [slot, online] : work.known) {
    if (const Status done = only(slot, online); !done.ok()) missed(done.error());
  }
}

/// A page never comes back.
Status LobbyWatch::offline(const std::vector<Uid>& went) {
  auto people = uses_.people.present(went);
  if (!people.ok()) return people.error();
  std::erase_if(people.value(), [](const Person& one) { return !one.guest; });
  remove(people.value());
  if (const Status looked = look_for(went); !looked.ok()) return looked;
  return uses_.rooms.lost(went);
}

/// Users of newer clients. They may have come back since that was told.
Status LobbyWatch::look_for(const std::vector<Uid>& users) {
  const auto stays = uses_.people.stays_of_users(users);
  if (!stays.ok()) return stays.error();
  uses_.stays.noted(stays.value());
  return Ok{};
}

Status LobbyWatch::over(const std::vector<Stay>& stays) {
  std::vector<Uid> uids;
  for (const Stay& stay : stays) uids.push_back(stay.uid);
  auto people = uses_.people.present(uids);
  if (!people.ok()) return people.error();
  std::erase_if(people.value(), [&stays](const Person& one) {
    return std::ranges::none_of(
        stays, [&one](const Stay& stay) { return stay.uid == one.uid && stay.since_ms == one.since_ms; });
  });
  remove(people.value());
  return uses_.rooms.lost(uids);
}

/// All that are online in a slot.
Status LobbyWatch::only(std::size_t slot, const std::set<Uid>& online) {
  auto rows = uses_.people.of_slot(slot, uses_.round.grace_ms());
  if (!rows.ok()) return rows.error();
  std::erase_if(rows.value(), [&online](const Person& one) { return online.contains(one.uid); });
  remove(rows.value());
  return uses_.rooms.only(slot, online, uses_.round.grace_ms());
}

/// False: not told, and kept.
bool LobbyWatch::announce(Uid uid) {
  const auto told = uses_.arrivals.tell(uid);
  if (!told.ok()) {
    failed(told.error());
    keep({.came = {uid}, .went = {}});
    return false;
  }
  if (told.value()) ++stats_.came;
  return true;
}

/// False: its call does not know yet, and the sweep tells it.
bool LobbyWatch::ended(Uid uid) {
  const Status told = uses_.calls.left(uid);
  if (told.ok()) return true;
  failed(told.error());
  const auto kept = uses_.people.again(uid);
  return !kept.ok() || !kept.value();
}

void LobbyWatch::remove(const std::vector<Person>& gone) {
  for (const Person& person : gone) {
    if (ended(person.uid)) remove(person);
  }
}

/// False: not told, and kept. Of whom nobody heard nobody is told.
bool LobbyWatch::remove(const Person& person) {
  if (person.told == Announced::kNo) {
    const auto unheard = uses_.people.remove_unheard(person);
    if (unheard.ok() && unheard.value()) return true;
  }
  if (const Status told = uses_.voice.went(person); !told.ok()) {
    failed(told.error());
    keep({.came = {}, .went = {person}});
    return false;
  }
  const auto removed = uses_.people.remove(person);
  if (!removed.ok()) {
    missed(removed.error());
  } else if (removed.value()) {
    ++stats_.went;
  } else if (!person.guest) {
    announce(person.uid);  // they came back meanwhile, and may have gone again
    if (const Status looked = look_for({person.uid}); !looked.ok()) missed(looked.error());
  }
  return true;
}

void LobbyWatch::keep(Untold untold) {
  const std::lock_guard lock(untold_mutex_);
  std::ranges::move(untold.came, std::back_inserter(untold_.came));
  std::ranges::move(untold.went, std::back_inserter(untold_.went));
}

void LobbyWatch::tell_again() {
  Untold untold;
  {
    const std::lock_guard lock(untold_mutex_);
    if ((untold_.came.empty() && untold_.went.empty()) || telling_.exchange(true)) return;
    untold = std::exchange(untold_, {});
  }
  const Status posted = uses_.pool.post([this, untold] {
    run_again(untold);
    telling_ = false;
  });
  if (posted.ok()) return;
  keep(std::move(untold));
  telling_ = false;
}

/// As long as they are taken; the rest waits for the next time. Who has begun another stay since is not gone.
void LobbyWatch::run_again(Untold untold) {
  bool taken = true;
  std::size_t next = 0;
  while (taken && next < untold.came.size()) taken = announce(untold.came[next++]);
  untold.came.erase(untold.came.begin(), untold.came.begin() + static_cast<std::ptrdiff_t>(next));
  for (next = 0; taken && next < untold.went.size(); ++next) {
    const Person& person = untold.went[next];
    const auto there = uses_.people.present({person.uid});
    if (there.ok() && (there.value().empty() || there.value().front().since_ms != person.since_ms)) continue;
    taken = remove(person);
  }
  untold.went.erase(untold.went.begin(), untold.went.begin() + static_cast<std::ptrdiff_t>(next));
  keep(std::move(untold));
}

void LobbyWatch::sweep() {
  if (sweeping_.exchange(true)) return;
  const Status posted = uses_.pool.post([this] {
    if (const Status looked = uses_.round.look(); !looked.ok()) failed(looked.error());
    if (const Status told = uses_.rooms.tell_owed(); !told.ok()) failed(told.error());
    sweeping_ = false;
  });
  if (posted.ok()) return;
  sweeping_ = false;
  failed(posted.error());
}

/// Nobody tells it again; so the next sweep looks for everybody.
void LobbyWatch::missed(const Error& why) {
  uses_.round.start_over();
  failed(why);
}

void LobbyWatch::failed(const Error& why) {
  ++stats_.failed;
  const std::lock_guard lock(told_mutex_);
  if (const std::uint64_t times = told_.tell(monotonic_now()))
    log::warn("the lobby could not be told who came or went", {{"why", why.message}, {"times", times}});
}

}  // namespace im::logic::webim
