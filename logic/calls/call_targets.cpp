#include "logic/calls/call_targets.hpp"

#include <algorithm>

#include "logic/chat/standing.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMostRung = 31;

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
  return target;
}

}  // namespace im::logic
