#include "logic/group_rooms/room_book.hpp"

namespace im::logic::group_rooms {

namespace {

constexpr sql::Query kFacts{
    "SELECT g.member_count, COALESCE(r.state, 0) FROM group_info g LEFT JOIN group_rooms r ON r.conv_id = g.conv_id"
    " WHERE g.conv_id = ?",
    2};
constexpr sql::Query kComers{"SELECT uid, since_ms FROM group_comers WHERE conv_id = ? ORDER BY uid", 2};
constexpr sql::Query kChanges{
    "SELECT m.seq, m.kind, m.type, m.body FROM outbox x JOIN messages m ON m.conv_id = x.conv_id AND m.seq = x.seq"
    " WHERE x.conv_id = ? AND x.seq < ? AND m.type = 'system'",
    4};
constexpr sql::Query kMembers{
    "SELECT m.uid FROM members m WHERE m.conv_id = ? AND NOT EXISTS (SELECT 1 FROM group_comers x WHERE x.conv_id ="
    " m.conv_id AND x.uid = m.uid) ORDER BY m.uid",
    1};
constexpr sql::Query kRoomsOf{
    "SELECT m.conv_id FROM members m JOIN group_rooms r ON r.conv_id = m.conv_id WHERE m.uid = ? AND r.state < 3 AND"
    " NOT EXISTS (SELECT 1 FROM group_comers x WHERE x.conv_id = m.conv_id AND x.uid = m.uid)",
    1};
constexpr const char* kSet = "UPDATE group_rooms SET state = ? WHERE conv_id = ?";
constexpr const char* kFirst = "INSERT INTO group_rooms (state, conv_id) VALUES (?, ?)";
constexpr const char* kForgetComer = "DELETE FROM group_comers WHERE conv_id = ? AND uid = ?";
constexpr const char* kAddComer = "INSERT INTO group_comers (conv_id, uid, since_ms) VALUES (?, ?, ?)";

template <class Id>
Result<std::vector<Id>> ids(store::Store& store, const sql::Query& query, std::int64_t key) {
  auto db = store.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(query, {key});
  if (!rows) return rows.error();
  std::vector<Id> out;
  for (const auto& row : rows.value()) out.push_back(row.id<Id>(0));
  return out;
}

}  // namespace

Result<RoomFacts> RoomBook::facts(store::ConvId conv) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto rows = db.value()->select(kFacts, {conv});
  if (!rows) return rows.error();
  RoomFacts facts;
  if (rows.value().empty()) return facts;
  facts.group = true;
  facts.members = rows.value().front().number(0);
  facts.state = static_cast<RoomState>(rows.value().front().number(1));
  if (facts.state != RoomState::kOpen) return facts;
  auto comers = db.value()->select(kComers, {conv});
  if (!comers) return comers.error();
  for (const auto& row : comers.value()) facts.comers.push_back({row.id<Uid>(0), row.number(1)});
  if (facts.comers.empty()) return facts;
  auto now = db.value()->clock_ms();
  if (!now) return now.error();
  facts.now_ms = now.value();
  return facts;
}

Result<std::vector<store::Message>> RoomBook::changes_under_way(store::ConvId conv, store::Seq seq) {
  auto db = store_.reader();
  if (!db) return db.error();
  const auto found = db.value()->select(kChanges, {conv, seq});
  if (!found) return found.error();
  std::vector<store::Message> rows;
  for (const auto& row : found.value()) {
    store::Message message{.conv = conv, .seq = row.number(0), .kind = static_cast<store::RowKind>(row.number(1))};
    message.type = row.text(2);
    message.body = row.text(3);
    rows.push_back(std::move(message));
  }
  return rows;
}

Result<std::vector<Uid>> RoomBook::members(store::ConvId conv) { return ids<Uid>(store_, kMembers, conv.value()); }

Result<std::vector<store::ConvId>> RoomBook::rooms_of(Uid uid) {
  return ids<store::ConvId>(store_, kRoomsOf, uid.value());
}

Status RoomBook::set_state(store::ConvId conv, RoomState state) {
  return store_.lanes().write<Ok>(conv.value(), [&](store::Write& into) -> Status {
    auto done = into.db.execute(kSet, {static_cast<int>(state), conv});
    if (done && done.value() == 0) done = into.db.execute(kFirst, {static_cast<int>(state), conv});
    return done ? Status(Ok{}) : Status(done.error());
  });
}

Status RoomBook::add_comers(store::ConvId conv, const std::vector<Uid>& uids) {
  return store_.lanes().write<Ok>(conv.value(), [&](store::Write& into) -> Status {
    for (const Uid uid : uids) {
      auto done = into.db.execute(kForgetComer, {conv, uid});
      if (done) done = into.db.execute(kAddComer, {conv, uid, into.now_ms});
      if (!done) return done.error();
    }
    return Ok{};
  });
}

Status RoomBook::forget_comers(store::ConvId conv, const std::vector<Uid>& uids) {
  return store_.lanes().write<Ok>(conv.value(), [&](store::Write& into) -> Status {
    for (const Uid uid : uids)
      if (auto done = into.db.execute(kForgetComer, {conv, uid}); !done) return done.error();
    return Ok{};
  });
}

}  // namespace im::logic::group_rooms
