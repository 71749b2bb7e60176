#include "logic/calls/call_targets.hpp"

#include <algorithm>

#include "logic/chat/standing.hpp"
#include "logic/store/user_kind.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMostRung = 31;
constexpr sql::Query kPage{"SELECT u.kind, o.fd FROM users u LEFT JOIN webim_online o ON o.uid = u.uid WHERE u.uid = ?",
                           2};

constexpr sql::Query kUnwilling{
    "SELECT b.uid FROM blocks b JOIN members m ON m.conv_id = ? AND m.uid = b.uid WHERE b.peer = ?", 1};

}  // namespace

std::string pair_scope(Uid a, Uid b) {
  return "pair:" + std::to_string(std::min(a, b).value()) + ":" + std::to_string(std::max(a, b).value());
}

Result<CallTarget> CallTargets::of_user(const chat::Actor& actor, Uid peer) {
  auto conv = conversations_.open_p2p(actor, peer);
  if (!conv) return conv.error();
  return of_conversation(actor, conv.value(), {}, true);
}

Result<CallTarget> CallTargets::of_conversation(const chat::Actor& actor, store::ConvId conv,
                                                const std::vector<Uid>& wanted, bool ring) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto standing = chat::standing_of(*db.value(), conv, actor.uid);
  if (!standing) return standing.error();
  const chat::Standing& me = standing.value();
  if (me.role == chat::Role::kNone || me.dissolved) return Error{Error::Code::kNotFound, "no such conversation"};
  CallTarget target;
  target.conv = conv;
  if (me.kind == chat::ConvKind::kP2p) {
    target.scope = pair_scope(actor.uid, me.peer);
    target.callees = {me.peer};
    target.blocked = me.blocked_by_peer;
    if (const Status page = find_page(*db.value(), target); !page.ok()) return page.error();
    return target;
  }
  target.scope = "conv:" + std::to_string(conv.value());
  target.group = true;
  if (!ring && wanted.empty()) return target;
  auto members = conversations_.members_of(conv);
  if (!members) return members.error();
  for (const Uid uid : members.value()) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, uid) != wanted.end();
    if (uid != actor.uid && asked && target.callees.size() < kMostRung) target.callees.push_back(uid);
  }
  auto unwilling = db.value()->select(kUnwilling, {conv, actor.uid});
  if (!unwilling) return unwilling.error();
  for (const sql::Row& row : unwilling.value()) target.unwilling.push_back(row.id<Uid>(0));
  return target;
}

/// A page that has left never comes back.
Status CallTargets::find_page(sql::Connection& db, CallTarget& target) {
  const auto rows = db.select(kPage, {target.callees.front()});
  if (!rows.ok()) return rows.error();
  if (rows.value().empty() || rows.value().front().number(0) != store::kPageUser) return Ok{};
  target.page = rows.value().front().text(1);
  if (target.page.empty()) return Error{Error::Code::kNotFound, "that page has left"};
  return Ok{};
}

}  // namespace im::logic
