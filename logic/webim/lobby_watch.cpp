#include "logic/webim/lobby_watch.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace im::logic::webim {

namespace {

constexpr std::int64_t kGraceMs = 60'000;  // a login stands in the store before a router knows it

bool has_page(const UserChanged& user) {
  return std::ranges::any_of(user.sessions, [](const SessionInfo& one) { return one.platform == kPlatform; });
}

}  // namespace

void LobbyWatch::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  Work work;
  for (const SlotEvent& event : events) read(event, work);
  if (work.came.empty() && work.went.empty() && work.known.empty()) return done();
  pool_.run(
      [this, work = std::move(work)]() -> Status {
        run(work);
        return Ok{};
      },
      [done = std::move(done)](const Status&) { done(); });
}

void LobbyWatch::read(const SlotEvent& event, Work& work) {
  if (std::holds_alternative<SlotBegan>(event.what)) {
    begun_[event.slot].clear();
  } else if (const auto* user = std::get_if<UserChanged>(&event.what)) {
    const auto begun = begun_.find(event.slot);
    if (begun != begun_.end() && user->count > 0) begun->second.insert(user->uid);
    if (user->count == 0) work.went.push_back(user->uid);
    if (has_page(*user)) work.came.push_back(user->uid);
  } else if (std::holds_alternative<SlotKnown>(event.what)) {
    const auto begun = begun_.find(event.slot);
    if (begun == begun_.end()) return;
    work.known.emplace_back(event.slot, std::move(begun->second));
    begun_.erase(begun);
  }
}

void LobbyWatch::run(const Work& work) {
  for (const Uid uid : work.came) announce(uid);
  const auto gone = people_.present(work.went);
  if (!gone.ok()) return failed(gone.error());
  remove(gone.value());
  if (const Status lost = rooms_.lost(work.went); !lost.ok()) failed(lost.error());
  for (const auto& [slot, there] : work.known) {
    auto rows = people_.of_slot(slot, kGraceMs);
    if (!rows.ok()) return failed(rows.error());
    std::erase_if(rows.value(), [&there = there](const Person& one) { return there.contains(one.uid); });
    remove(rows.value());
    if (const Status lost = rooms_.only(slot, there, kGraceMs); !lost.ok()) failed(lost.error());
  }
}

/// Told first, then noted: a logic that dies in between tells twice rather than never.
void LobbyWatch::announce(Uid uid) {
  const auto person = people_.unannounced(uid);
  if (!person.ok()) return failed(person.error());
  if (!person.value()) return;
  if (const Status told = voice_.came(*person.value()); !told.ok()) return failed(told.error());
  ++stats_.came;
  if (const Status noted = people_.announced(uid); !noted.ok()) failed(noted.error());
}

void LobbyWatch::remove(const std::vector<Person>& gone) {
  for (const Person& person : gone) {
    if (const Status told = voice_.went(person); !told.ok()) failed(told.error());
    ++stats_.went;
    if (const Status removed = people_.remove(person.uid); !removed.ok()) failed(removed.error());
  }
}

void LobbyWatch::sweep() {
  const Status posted = pool_.post([this] {
    const auto never = people_.never_came(kGraceMs);
    if (never.ok()) remove(never.value());
  });
  if (!posted.ok()) failed(posted.error());
}

void LobbyWatch::failed(const Error& why) {
  ++stats_.failed;
  const std::lock_guard lock(told_mutex_);
  if (const std::uint64_t times = told_.tell(monotonic_now()))
    log::warn("the lobby could not be told who came or went", {{"why", why.message}, {"times", times}});
}

}  // namespace im::logic::webim
