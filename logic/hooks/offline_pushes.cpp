#include "logic/hooks/offline_pushes.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/fault.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr const char* kEvent = "push.offline";
/// What is unread in all conversations; and whether this one is silent.
constexpr sql::Query kBadge{
    "SELECT COALESCE(SUM(c.counted - m.read_counted - (m.skipped - m.skipped_read)), 0),"
    " COALESCE(MAX(CASE WHEN m.conv_id = ? THEN m.silent ELSE 0 END), 0)"
    " FROM members m JOIN conversations c ON c.conv_id = m.conv_id WHERE m.uid = ?",
    2};

bool mentions(const store::Message& row, Uid uid) {
  return row.mentions == "all" ||
         ("," + row.mentions + ",").find("," + std::to_string(uid.value()) + ",") != std::string::npos;
}

Status put_one(store::Write& into, const store::Message& row, Uid uid, bool body) {
  auto badge = into.db.select(kBadge, {row.conv, uid});
  if (!badge) return badge.error();
  const auto& found = badge.value().front();
  if (found.flag(1) && !mentions(row, uid)) return Ok{};
  const std::string message = std::to_string(row.conv.value()) + ":" + std::to_string(row.seq);
  HookCall call{.id = std::string(kEvent) + "/" + message + "/" + std::to_string(uid.value()), .event = kEvent};
  json::object out{{"id", call.id},
                   {"event", kEvent},
                   {"uid", uid.value()},
                   {"msg_id", message},
                   {"conv_id", row.conv.value()},
                   {"seq", row.seq},
                   {"type", row.type},
                   {"sender", row.sender.value()},
                   {"ts", row.ts},
                   {"badge", found.number(0)}};
  if (body) out["body"] = row.body;
  call.body = json::serialize(out);
  return HookQueue::put(into, call);
}

}  // namespace

void OfflinePushes::row(const store::Message& row, const std::vector<Uid>& members, std::function<void(Status)> done) {
  std::vector<Uid> others;
  for (const Uid uid : members)
    if (uid != row.sender && uid != row.hidden_from) others.push_back(uid);
  if (row.kind != store::RowKind::kMessage || row.type == "system" || others.empty()) return done(Ok{});
  LocateAsk ask;
  for (const Uid uid : others) ask.uids.push_back(uid.value());
  directory_.locate(std::move(ask), [this, row, others, done = std::move(done)](const Result<LocateAnswer>& where) {
    if (!where.ok()) return done(where.error());
    std::vector<Uid> offline;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (!where.value().by_uid[i].empty()) continue;
      if (where.value().unknown_uid(i))
        return done(Error{Error::Code::kUnavailable, "no router can say who is online"});
      offline.push_back(others[i]);
    }
    put(row, std::move(offline), done);
  });
}

void OfflinePushes::put(const store::Message& row, std::vector<Uid> offline, std::function<void(Status)> done) {
  if (offline.empty() || fault::fire("hooks.forget")) return done(Ok{});
  store::LaneEntry entry;
  entry.key = row.conv.value();
  entry.bytes = row.body.size();
  entry.apply = [row, offline = std::move(offline), body = body_](store::Write& into) -> Status {
    for (const Uid uid : offline)
      if (auto put = put_one(into, row, uid, body); !put) return put;
    return Ok{};
  };
  entry.done = done;
  if (const auto submitted = store_.lanes().submit(std::move(entry)); !submitted) done(submitted);
}

}  // namespace im::logic
