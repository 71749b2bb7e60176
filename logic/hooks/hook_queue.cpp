#include "logic/hooks/hook_queue.hpp"

namespace im::logic {

namespace {

/// A row that was heard still says that its id is used: a relay may bring a message again within a day.
constexpr std::int64_t kKeptMs = 24LL * 3600 * 1000;
constexpr std::int64_t kQueueLane = 0;

constexpr sql::Query kThere{"SELECT COUNT(*) FROM hook_calls WHERE id = ?", 1};
constexpr const char* kPut = "INSERT INTO hook_calls (id, event, body, due_ms) VALUES (?, ?, ?, ?)";
constexpr sql::Query kDue{
    "SELECT id, event, body, tries, due_ms FROM hook_calls WHERE state = 1 AND due_ms <= ? ORDER BY due_ms LIMIT ?", 5};
constexpr const char* kClaim = "UPDATE hook_calls SET due_ms = ?, tries = tries + 1 WHERE id = ? AND due_ms = ?";
constexpr const char* kSettle = "UPDATE hook_calls SET state = ?, due_ms = ? WHERE id = ?";
constexpr const char* kForget = "DELETE FROM hook_calls WHERE state = 2 AND due_ms < ?";
constexpr sql::Query kCount{"SELECT state, COUNT(*) FROM hook_calls WHERE state <> 2 GROUP BY state", 2};

Result<std::vector<HookCall>> claim(store::Write& into, int limit, std::int64_t lease_ms) {
  auto rows = into.db.select(kDue, {into.now_ms, limit});
  if (!rows) return rows.error();
  std::vector<HookCall> calls;
  for (const auto& row : rows.value()) {
    // Another logic may have been faster.
    auto claimed = into.db.execute(kClaim, {into.now_ms + lease_ms, row.text(0), row.number(4)});
    if (!claimed) return claimed.error();
    if (claimed.value() == 1)
      calls.push_back({row.text(0), row.text(1), row.text(2), static_cast<int>(row.number(3)) + 1});
  }
  return calls;
}

}  // namespace

Status HookQueue::put(store::Write& into, const HookCall& call) {
  auto there = into.db.select(kThere, {call.id});
  if (!there) return there.error();
  if (there.value().front().number(0) > 0) return Ok{};
  auto put = into.db.execute(kPut, {call.id, call.event, call.body, into.now_ms});
  return put ? Status(Ok{}) : Status(put.error());
}

Result<std::vector<HookCall>> HookQueue::take(int limit, std::int64_t lease_ms) {
  {
    // Nothing to do is the usual case, and a reader finds that out.
    auto figures = this->figures();
    if (!figures) return figures.error();
    if (figures.value().waiting == 0) return std::vector<HookCall>();
  }
  return store_.lanes().write<std::vector<HookCall>>(kQueueLane,
                                                     [&](store::Write& into) { return claim(into, limit, lease_ms); });
}

void HookQueue::settle(const HookCall& call, Verdict verdict, std::int64_t later_ms) {
  store::LaneEntry entry;
  entry.key = kQueueLane;
  entry.apply = [id = call.id, verdict, later_ms](store::Write& into) -> Status {
    const int state = verdict == Verdict::kAgain ? 1 : verdict == Verdict::kHeard ? 2 : 3;
    auto done = into.db.execute(kSettle, {state, into.now_ms + later_ms, id});
    return done ? Status(Ok{}) : Status(done.error());
  };
  // Lost, it is tried again when its lease is over.
  entry.done = [](const Status&) {};
  (void)store_.lanes().submit(std::move(entry));
}

Result<HookQueue::Figures> HookQueue::figures() {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kCount, {});
  if (!rows) return rows.error();
  Figures figures;
  for (const auto& row : rows.value()) (row.number(0) == 1 ? figures.waiting : figures.given_up) = row.number(1);
  return figures;
}

Status HookQueue::forget_old() {
  return store_.lanes().write<Ok>(kQueueLane, [](store::Write& into) -> Status {
    auto done = into.db.execute(kForget, {into.now_ms - kKeptMs});
    return done ? Status(Ok{}) : Status(done.error());
  });
}

}  // namespace im::logic
