#include <algorithm>

#include "router/calls/call_caps.hpp"
#include "router/calls/call_handlers.hpp"
#include "router/calls/call_machine.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

Party* joined_party_of(CallRecord& call, const CallDevice& device) {
  const auto found = std::ranges::find_if(call.parties, [&device](const Party& one) {
    return !one.left && one.device.uid == device.uid && one.device.key == device.key;
  });
  return found == call.parties.end() ? nullptr : &*found;
}

/// The compare of the compare-and-set: nobody has answered yet.
bool is_open(const CallRecord& call) { return call.state == CallState::kRinging && call.answered_by == PartyId(); }

void tell_accepted(Call& call, const Party& winner, const CallCommand& command, const CallTurn& turn) {
  CallEvent event;
  event.kind = CallEventKind::kAccepted;
  event.party = winner.id;
  event.by = winner.device.uid;
  event.payload = command.payload;
  tell_others(call, winner.id, event, turn.now);
}

/// Who was away at the end and comes back is told that it is over.
void note_rang(Call& call, Callee& callee, const std::string& key) {
  constexpr std::size_t kMost = 16;
  if (callee.rang.size() >= kMost || std::ranges::find(callee.rang, key) != callee.rang.end()) return;
  callee.rang.push_back(key);
  touch(call);
}

/// Other devices ring on; an old page would wait without a word, so that its call ends.
CallAnswer no_common(Call& call, const CallCommand& command, const CallTurn& turn) {
  if (has_page(call.record)) end_call(call, EndReason::kNoMedia, command.device.uid, turn);
  return refuse(4406, "nothing in common with the caller");
}

}  // namespace

CallAnswer begin_call(Call& call, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  record.group = command.group;
  record.kind = command.kind;
  record.state = command.group ? CallState::kActive : CallState::kRinging;
  record.caller = command.device.uid;
  record.client_id = command.client_id;
  record.conv = command.conv;
  record.pin = command.pin;
  record.room = command.room;
  record.caps = command.caps;
  record.callees = command.callees;
  record.started_ms = turn.now;
  record.active_ms = command.group ? turn.now : 0;
  record.max_until = turn.now + turn.times.longest;
  const Party& party = add_party(call, command.device, turn);
  CallEvent event;
  event.kind = CallEventKind::kIncoming;
  event.by = record.caller;
  event.payload = command.payload;
  if (!record.callees.empty()) record.ring_until = turn.now + turn.times.ring;
  for (Callee& callee : record.callees) callee.until = record.ring_until;
  for (const Callee& callee : record.callees)
    if (callee.told) tell_user(call, callee.uid, event, "", turn.now);
  set_idle(call, turn);
  return joined_as(party);
}

CallAnswer on_ringing(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  Callee* callee = find_callee(call.record, command.device.uid);
  if (callee == nullptr || !callee->told) return refuse(4404, "no such call");
  note_rang(call, *callee, command.device.key);
  if (callee->done || callee->ringing) return {};
  callee->ringing = true;
  CallEvent event;
  event.kind = CallEventKind::kRemoteRinging;
  event.by = callee->uid;
  tell_others(call, PartyId(), event, turn.now);
  touch(call);
  return {};
}

CallAnswer on_accept(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  Callee* callee = find_callee(record, command.device.uid);
  if (callee == nullptr || !callee->told) return refuse(4404, "no such call");
  if (const Party* mine = joined_party_of(record, command.device)) return joined_as(*mine);
  if (record.group) return on_join(call, nullptr, command, turn);
  if (!is_open(record)) return refuse(4409, "answered on another device");
  if (command.device.conn == ConnId()) return refuse(4409, "only on a connection");
  if (!can_talk(record, command)) return no_common(call, command, turn);
  const PartyId winner = add_party(call, command.device, turn).id;
  record.answered_by = winner;
  record.answered_ms = turn.now;
  record.state = CallState::kConnecting;
  record.ring_until = 0;
  record.setup_until = turn.now + turn.times.setup;
  for (Party& caller : record.parties) caller.heard_ms = turn.now;  // from here on there is something to report
  const Party& party = *find_party(record, winner);
  tell_accepted(call, party, command, turn);
  stop_ringing(call, *callee, "accepted", command.device.key, turn);
  return joined_as(party);
}

/// After an accept a decline changes nothing: it came from a device that had not heard of it.
CallAnswer on_reject(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  Callee* callee = find_callee(record, command.device.uid);
  if (callee == nullptr || !callee->told) return refuse(4404, "no such call");
  if (command.word == "device" || callee->done) return {};
  callee->declined = true;
  stop_ringing(call, *callee, "rejected", command.device.key, turn);
  touch(call);
  if (!record.group)
    end_call(call, command.reason == "busy" ? EndReason::kBusy : EndReason::kRejected, command.device.uid, turn);
  else
    settle_group(call, EndReason::kHangup, command.device.uid, turn);
  return {};
}

CallAnswer on_busy(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  Callee* callee = find_callee(record, command.to_user);
  if (callee == nullptr || callee->done || !is_open(record)) return {};
  callee->told = false;  // their devices show the call they are in
  stop_ringing(call, *callee, "", "", turn);
  touch(call);
  if (!record.group) end_call(call, EndReason::kBusy, callee->uid, turn);
  return {};
}

/// An old page never comes back.
CallAnswer on_gone(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  const Uid uid = command.device.uid;
  const auto part = std::ranges::find_if(
      record.parties, [uid](const Party& one) { return !one.left && one.device.uid == uid && one.device.is_page(); });
  const bool rings = record.state == CallState::kRinging;
  if (part != record.parties.end())
    leave_call(call, *part, rings ? EndReason::kCancelled : EndReason::kPeerLost, uid, turn);
  const Callee* callee = find_callee(record, uid);
  if (callee != nullptr && !callee->page.empty() && is_open(record)) end_call(call, EndReason::kPeerLost, uid, turn);
  return {};
}

/// A second invite while one lives. The callee's own: both want to talk, so it is the answer.
CallAnswer on_invite_again(Call& call, Party*, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (const Party* mine = joined_party_of(record, command.device)) {
    CallAnswer again = joined_as(*mine);
    again.merged = !record.group && mine->device.uid != record.caller;
    if (again.merged || record.group || record.client_id == command.client_id) return again;
    return refuse(4409, "you are in a call with them");
  }
  if (record.group) return on_join(call, nullptr, command, turn);
  const Callee* callee = find_callee(record, command.device.uid);
  if (callee == nullptr || !is_open(record)) return refuse(4409, "you are in a call with them on another device");
  if (!callee->told) return refuse(4409, "call again");
  if (command.device.is_page()) return refuse(4409, "they are calling you");  // into a room that it has not heard of
  CallAnswer answer = on_accept(call, nullptr, command, turn);
  answer.merged = answer.code == 0;
  return answer;
}

}  // namespace im::router
