#include "logic/chat/user_eraser.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "logic/chat/attachment.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

namespace {

constexpr int kMessages = 1000;  ///< of one call
constexpr int kGroups = 100;     ///< the same
constexpr std::size_t kOneWrite = 100;

constexpr sql::Query kErasable{"SELECT COUNT(*) FROM users WHERE uid = ?", 1};
/// The row of the user stays: others' conversations name its number.
constexpr const char* kEmptyUser =
    "UPDATE users SET state = 1, login = NULL, external_id = NULL, name = '', avatar = '', last_seen_ms = 0 WHERE uid ="
    " ?";
/// What is of this user alone.
constexpr const char* kOfTheUser[] = {
    kEmptyUser,
    "DELETE FROM credentials WHERE uid = ?",
    "DELETE FROM refresh_tokens WHERE uid = ?",
    "DELETE FROM devices WHERE uid = ?",
    "DELETE FROM contacts WHERE uid = ?",
    "DELETE FROM contacts WHERE peer = ?",
    "DELETE FROM blocks WHERE uid = ?",
    "DELETE FROM blocks WHERE peer = ?",
    "DELETE FROM join_requests WHERE uid = ?",
    "DELETE FROM presence WHERE uid = ?",
    "DELETE FROM delivered WHERE conv_id IN (SELECT m.conv_id FROM members m WHERE m.uid = ?) AND uid = ?",
    "DELETE FROM media_days WHERE owner = ?",
    "UPDATE call_parties SET device = '' WHERE uid = ?",
    "UPDATE media SET name = '', claimed = '', drop_ms = CASE WHEN refs = 0 THEN 0 ELSE drop_ms END WHERE owner = ?",
};
constexpr sql::Query kGroupsOf{
    "SELECT m.conv_id, m.role, g.dissolved FROM members m JOIN group_info g ON g.conv_id = m.conv_id WHERE m.uid = ?"
    " ORDER BY m.conv_id LIMIT ?",
    3};
constexpr sql::Query kHeir{
    "SELECT uid FROM members WHERE conv_id = ? AND uid <> ? ORDER BY role DESC, joined_ms, uid LIMIT 1", 1};
constexpr sql::Query kSentBy{"SELECT conv_id, seq, client_id FROM sent WHERE sender = ? ORDER BY client_id LIMIT ?", 3};
constexpr const char* kNoAddress =
    "UPDATE messages SET address = '', client_id = '', mentions = '' WHERE conv_id = ? AND seq = ?";
constexpr const char* kForgetSent = "DELETE FROM sent WHERE sender = ? AND client_id = ?";

struct Said {
  Seq seq = 0;
  std::string client_id;
};

Status erase_by(store::Write& into, const char* text, const sql::Values& values) {
  auto done = into.db.execute(text, values);
  return done ? Status(Ok{}) : Status(done.error());
}

/// The row stays, so that no number is missing; it looks as if it had been recalled.
Status empty_one(store::Write& into, Uid uid, ConvId conv, const Said& said) {
  auto row = store::row_at(into.db, conv, said.seq);
  if (!row && row.error().code != Error::Code::kNotFound) return row.error();
  if (row && row.value().sender == uid) {
    if (!row.value().recalled)
      if (auto emptied = store::change_body(into, row.value(), "", true); !emptied) return emptied;
    if (names_media(row.value().type))
      if (auto gone = detach(into, conv, said.seq); !gone) return gone;
    if (auto gone = erase_by(into, kNoAddress, {conv, said.seq}); !gone) return gone;
  }
  return erase_by(into, kForgetSent, {uid, said.client_id});
}

/// In one write.
Status empty_some(store::Store& store, Uid uid, ConvId conv, std::span<const Said> rows) {
  return store.lanes().write<Ok>(conv.value(), [&](store::Write& into) -> Status {
    if (auto head = store::lock_head(into, conv); !head) return head.error();
    for (const Said& row : rows)
      if (auto emptied = empty_one(into, uid, conv, row); !emptied) return emptied;
    return Ok{};
  });
}

}  // namespace

Status UserEraser::close(Uid uid) {
  return store_.lanes().write<Ok>(uid.value(), [uid](store::Write& into) -> Status {
    auto there = into.db.select(kErasable, {uid});
    if (!there) return there.error();
    if (there.value().front().number(0) == 0) return Error{Error::Code::kNotFound, "no such user"};
    for (const char* text : kOfTheUser)
      if (auto done = erase_by(into, text, sql::Values(std::ranges::count(std::string_view(text), '?'), uid)); !done)
        return done;
    return Ok{};
  });
}

Result<Erased> UserEraser::erase(Uid uid, const OnLeft& on_left) {
  Erased erased;
  if (auto left = leave_groups(uid, on_left, erased); !left) return left.error();
  if (auto emptied = empty_messages(uid, erased); !emptied) return emptied.error();
  erased.done = erased.groups < kGroups && erased.messages < kMessages;
  return erased;
}

Status UserEraser::leave_groups(Uid uid, const OnLeft& on_left, Erased& erased) {
  sql::Rows rows;
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto found = db.value()->select(kGroupsOf, {uid, kGroups});
    if (!found) return found.error();
    rows = std::move(found).value();
  }
  const Actor actor{uid, "", ""};
  for (const auto& row : rows) {
    const auto conv = row.id<ConvId>(0);
    const bool owns = static_cast<Role>(row.number(1)) == Role::kOwner && !row.flag(2);
    if (owns)
      if (auto handed = hand_over(actor, conv); !handed) return handed;
    auto left = groups_.leave(actor, conv);
    if (!left && left.error().code != Error::Code::kNotFound) return left.error();
    if (!left) continue;
    ++erased.groups;
    on_left(left.value());
  }
  return Ok{};
}

Status UserEraser::hand_over(const Actor& actor, ConvId conv) {
  Uid heir;
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto rows = db.value()->select(kHeir, {conv, actor.uid});
    if (!rows) return rows.error();
    if (!rows.value().empty()) heir = rows.value().front().id<Uid>(0);
  }
  auto done = heir.value() > 0 ? groups_.transfer(actor, conv, heir) : groups_.dissolve(actor, conv);
  return done ? Status(Ok{}) : Status(done.error());
}

Status UserEraser::empty_messages(Uid uid, Erased& erased) {
  std::map<ConvId, std::vector<Said>> said;
  {
    auto db = store_.reader();
    if (!db) return db.error();
    auto rows = db.value()->select(kSentBy, {uid, kMessages});
    if (!rows) return rows.error();
    for (const auto& row : rows.value()) said[row.id<ConvId>(0)].push_back({row.number(1), row.text(2)});
  }
  for (const auto& [conv, all] : said) {
    for (std::span<const Said> rest = all; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kOneWrite));
      if (auto done = empty_some(store_, uid, conv, some); !done) return done;
      erased.messages += static_cast<std::int64_t>(some.size());
      rest = rest.subspan(some.size());
    }
  }
  return Ok{};
}

}  // namespace im::logic::chat
