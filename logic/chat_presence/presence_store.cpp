#include "logic/chat_presence/presence_store.hpp"

#include <future>
#include <memory>

#include "logic/chat/check.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kTextBytes = 180;

constexpr const char* kChange = "UPDATE presence SET state = ?, text = ? WHERE uid = ?";
constexpr const char* kMake = "INSERT INTO presence (state, text, uid) VALUES (?, ?, ?)";
constexpr sql::Query kHave{"SELECT COUNT(*) FROM presence WHERE uid = ?", 1};
constexpr sql::Query kRow{
    "SELECT p.state, p.text, u.last_seen_ms FROM users u LEFT JOIN presence p ON p.uid = u.uid"
    " WHERE u.uid = ? AND u.state = 0",
    3};
constexpr sql::Query kVisible{
    "SELECT COUNT(*) FROM contacts c WHERE c.uid = ? AND c.peer = ? AND c.state = 3"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.uid = c.peer AND b.peer = c.uid)",
    1};
constexpr const char* kSeen = "UPDATE users SET last_seen_ms = ? WHERE uid = ? AND last_seen_ms < ?";

Status write_mood(store::Write& into, Uid uid, Mood mood, const std::string& text) {
  // Not "did the update change something": MariaDB does not count a row that is the same again.
  auto have = into.db.select(kHave, {uid});
  if (!have) return have.error();
  const bool there = have.value().front().number(0) > 0;
  auto done = into.db.execute(there ? kChange : kMake, {static_cast<int>(mood), text, uid});
  return done ? Status(Ok{}) : Status(done.error());
}

}  // namespace

Result<PresenceRow> PresenceStore::set(const chat::Actor& actor, PresenceRow wanted) {
  if (auto good = chat::check_text("text", wanted.text, kTextBytes); !good) return good.error();
  auto kept = gate_.pass({actor, chat::ConvId(), Uid(), "presence", wanted.text}, kTextBytes);
  if (!kept) return kept.error();
  wanted.text = std::move(kept).value();
  const auto done = store_.lanes().write<Ok>(actor.uid.value(), [&](store::Write& into) -> Status {
    return write_mood(into, actor.uid, wanted.mood, wanted.text);
  });
  if (!done) return done.error();
  return wanted;
}

Result<std::map<Uid, PresenceRow>> PresenceStore::rows(const std::vector<Uid>& uids) {
  auto db = store_.reader();
  if (!db) return db.error();
  std::map<Uid, PresenceRow> out;
  for (const Uid uid : uids) {
    auto rows = db.value()->select(kRow, {uid});
    if (!rows) return rows.error();
    if (rows.value().empty()) continue;
    const auto& row = rows.value().front();
    PresenceRow& one = out[uid];
    one.last_seen_ms = row.number(2);
    if (row.is_null(0)) continue;
    one.mood = static_cast<Mood>(row.number(0));
    one.text = row.text(1);
  }
  return out;
}

Result<std::vector<Uid>> PresenceStore::visible_to(Uid watcher, const std::vector<Uid>& uids) {
  auto db = store_.reader();
  if (!db) return db.error();
  std::vector<Uid> out;
  for (const Uid uid : uids) {
    auto rows = db.value()->select(kVisible, {watcher, uid});
    if (!rows) return rows.error();
    if (rows.value().front().number(0) > 0) out.push_back(uid);
  }
  return out;
}

void PresenceStore::seen(const std::vector<Uid>& uids, std::int64_t ms) {
  std::vector<std::future<void>> written;
  for (const Uid uid : uids) {
    const auto told = std::make_shared<std::promise<void>>();
    store::LaneEntry entry;
    entry.key = uid.value();
    entry.apply = [uid, ms](store::Write& into) -> Status {
      auto done = into.db.execute(kSeen, {ms, uid, ms});
      return done ? Status(Ok{}) : Status(done.error());
    };
    entry.done = [told](const Status&) { told->set_value(); };
    // Where there is no room the older time stays: nothing else hangs on it.
    if (store_.lanes().submit(std::move(entry)).ok()) written.push_back(told->get_future());
  }
  for (std::future<void>& one : written) one.wait();
}

}  // namespace im::logic
