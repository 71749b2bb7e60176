#include <algorithm>

#include "router/calls/call_caps.hpp"
#include "router/calls/call_handlers.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

std::size_t most_of(const CallRecord& call, const CallLimits& limits) {
  return call.kind == CallKind::kAudio ? limits.audio : limits.video;
}

void tell_members(Call& call, PartyId but, const CallTurn& turn) {
  CallEvent event;
  event.kind = CallEventKind::kMembers;
  tell_others(call, but, event, turn.now);
}

CallAnswer give(Call& call, Party& to, const CallTurn& turn) {
  call.record.host = to.id;
  tell_members(call, PartyId(), turn);
  touch(call);
  return {};
}

/// A party wants them in it, as long as it rings: they have a place.
bool has_place(const Callee& callee) { return callee.by != Uid() && !callee.done; }

bool is_asked(const Callee* callee) { return callee != nullptr && callee->told && has_place(*callee); }

/// With the places of others who were asked by name; a group that rings as a whole goes by who comes first.
bool is_full(const CallRecord& call, Uid newcomer, const CallLimits& limits) {
  const auto kept = std::ranges::count_if(
      call.callees, [newcomer](const Callee& one) { return one.uid != newcomer && has_place(one); });
  return count_joined(call) + static_cast<std::size_t>(kept) >= most_of(call, limits);
}

}  // namespace

CallAnswer on_join(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (!record.group) return refuse(4405, "it is a call of two");
  Callee* callee = find_callee(record, command.device.uid);
  const bool asked = is_asked(callee);
  if (!asked && !record.pin.empty() && record.pin != command.pin) return refuse(4403, "the PIN is wrong");
  const auto mine = std::ranges::find_if(record.parties, [&command](const Party& one) {
    return !one.left && one.device.uid == command.device.uid && one.device.key == command.device.key;
  });
  if (mine != record.parties.end()) return joined_as(*mine);
  if (record.locked && !asked) return refuse(4423, "the call is locked");
  if (is_full(record, command.device.uid, turn.limits)) return refuse(4431, "the call is full");
  if (command.device.conn == ConnId()) return refuse(4409, "only on a connection");
  const PartyId id = add_party(call, command.device, turn).id;
  if (callee != nullptr) stop_ringing(call, *callee, "accepted", command.device.key, turn);
  tell_members(call, id, turn);
  set_idle(call, turn);
  return joined_as(*find_party(record, id));
}

CallAnswer on_leave(Call& call, Party* me, const CallCommand&, const CallTurn& turn) {
  if (!call.record.group) return refuse(4405, "it is a call of two: hang up");
  leave_call(call, *me, EndReason::kHangup, me->device.uid, turn);
  return joined_as(*me);
}

/// Another device of the same user takes the part over, with new media of its own.
CallAnswer on_take_over(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  const auto old = std::ranges::find_if(
      record.parties, [&command](const Party& one) { return !one.left && one.device.uid == command.device.uid; });
  if (old == record.parties.end()) return refuse(4404, "no such call");
  if (old->device.key == command.device.key) return joined_as(*old);
  if (command.device.conn == ConnId()) return refuse(4409, "only on a connection");
  if (record.state == CallState::kRinging) return refuse(4405, "nobody has answered yet");
  if (has_page(record) && !can_talk(record, command)) return refuse(4406, "this device cannot join the page's room");
  const PartyId before = old->id;
  withdraw(call, CallEventKind::kMirror, old->device.uid, before);
  CallEvent ended;
  ended.kind = CallEventKind::kEnded;
  ended.reason = EndReason::kReplaced;
  ended.by = command.device.uid;
  tell_party(call, *old, ended, turn.now);
  old->left = true;
  old->reason = EndReason::kReplaced;
  old->left_ms = turn.now;
  const PartyId now = add_party(call, command.device, turn).id;
  for (PartyId* role : {&record.answered_by, &record.host})
    if (*role == before) *role = now;
  if (record.screen == before) record.screen = PartyId();
  CallEvent event;
  event.kind = record.group ? CallEventKind::kMembers : CallEventKind::kAccepted;
  event.party = now;
  event.by = command.device.uid;
  event.word = "replaced";
  event.payload = command.payload;
  tell_others(call, now, event, turn.now);
  return joined_as(*find_party(record, now));
}

CallAnswer on_screen(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  PartyId& screen = call.record.screen;
  if (command.on && screen != PartyId() && screen != me->id) return refuse(4423, "somebody shares a screen already");
  const PartyId wanted = command.on ? me->id : PartyId();
  if (screen == wanted || (!command.on && screen != me->id)) return joined_as(*me);
  screen = wanted;
  CallEvent event;
  event.kind = CallEventKind::kScreen;
  event.party = screen;
  tell_others(call, me->id, event, turn.now);
  touch(call);
  return joined_as(*me);
}

CallAnswer on_host(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (!record.group) return refuse(4405, "it is a call of two");
  if (record.host != me->id) return refuse(4403, "only the host may do that");
  if (command.word == "end_all") {
    end_call(call, EndReason::kEndedByHost, me->device.uid, turn);
    return joined_as(*me);
  }
  if (command.word == "lock") {
    record.locked = command.on;
    touch(call);
    return joined_as(*me);
  }
  Party* to = find_party(record, command.to);
  if (to == nullptr || to->left) return refuse(4404, "no such party");
  if (command.word == "remove") {
    leave_call(call, *to, EndReason::kKicked, me->device.uid, turn);
  } else if (command.word == "give") {
    give(call, *to, turn);
  } else {
    CallEvent event;
    event.kind = CallEventKind::kHost;
    event.by = me->device.uid;
    event.word = command.word;
    tell_party(call, *to, std::move(event), turn.now);
  }
  return joined_as(*find_party(record, command.party));
}

}  // namespace im::router
