#include "logic/webim/guest_sweep.hpp"

#include <algorithm>
#include <future>
#include <memory>

#include "logic/store/user_kind.hpp"

namespace im::logic::webim {

namespace {

constexpr std::int64_t kLookedAt = 5000;      // numbers of users at a time
constexpr std::ptrdiff_t kPerQuestion = 500;  // users
constexpr sql::Query kLastUser{"SELECT COALESCE(MAX(uid), 0) FROM users", 1};
constexpr sql::Query kUnused{
    "SELECT u.uid FROM users u WHERE u.kind = ? AND u.uid > ? AND u.uid <= ? AND u.created_ms <= ? "
    "AND NOT EXISTS (SELECT 1 FROM webim_online o WHERE o.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM webim_rooms r WHERE r.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.sender = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM members c WHERE c.uid = u.uid) "
    "AND NOT EXISTS (SELECT 1 FROM media d WHERE d.owner = u.uid)",
    1};

}  // namespace

Result<Uid> GuestSweep::run(Uid after) {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  const auto last = db.value()->select(kLastUser);
  if (!last.ok()) return last.error();
  const std::int64_t until = after.value() + kLookedAt;
  const auto unused = db.value()->select(kUnused, {store::kPageUser, after, until, now.value() - keep_ms_});
  if (!unused.ok()) return unused.error();
  std::vector<Uid> guests;
  for (const sql::Row& row : unused.value()) guests.push_back(row.id<Uid>(0));
  if (const Status gone = drop(guests); !gone.ok()) return gone.error();
  return until < last.value().front().number(0) ? Uid(until) : Uid();
}

/// A guest who says the first word meanwhile is named by it: then the store refuses.
Status GuestSweep::drop(const std::vector<Uid>& guests) {
  for (auto at = guests.begin(); at != guests.end();) {
    const auto next = at + std::min(kPerQuestion, guests.end() - at);
    for (const Uid guest : nowhere({at, next})) {
      const Status gone = store_.lanes().write<Ok>(guest.value(), [guest](store::Write& into) -> Status {
        const auto done = into.db.execute("DELETE FROM users WHERE uid = ?", {guest});
        return done.ok() ? Status(Ok{}) : Status(done.error());
      });
      if (!gone.ok() && gone.error().code != Error::Code::kConflict) return gone;
    }
    at = next;
  }
  return Ok{};
}

/// A guest never comes back: whoever is nowhere now stays so.
std::vector<Uid> GuestSweep::nowhere(const std::vector<Uid>& guests) {
  LocateAsk ask;
  for (const Uid guest : guests) ask.uids.push_back(guest.value());
  const auto said = std::make_shared<std::promise<Result<LocateAnswer>>>();
  auto answer = said->get_future();
  directory_.locate(std::move(ask), [said](const Result<LocateAnswer>& found) { said->set_value(found); });
  const Result<LocateAnswer> found = answer.get();
  std::vector<Uid> none;
  for (std::size_t at = 0; found.ok() && at < guests.size(); ++at) {
    if (found.value().by_uid[at].empty() && !found.value().unknown_uid(at)) none.push_back(guests[at]);
  }
  return none;
}

}  // namespace im::logic::webim
