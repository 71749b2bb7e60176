#include <algorithm>

#include "router/calls/call_handlers.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_reason.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

/// Both are connected: from here on it is talk.
void look_if_active(Call& call, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (record.state != CallState::kConnecting) return;
  const auto joined = count_joined(record);
  const auto connected =
      std::ranges::count_if(record.parties, [](const Party& one) { return !one.left && one.connected; });
  if (joined < 2 || static_cast<std::size_t>(connected) < joined) return;
  record.state = CallState::kActive;
  record.active_ms = turn.now;
  record.setup_until = 0;
  touch(call);
}

/// An offer with another ufrag than the newest description to that party is a restart of ICE.
void note_restart(Call& call, Party& me, const CallCommand& command) {
  if (command.op != CallOp::kSdp || command.ufrag.empty()) return;
  std::string& newest = me.ufrags[command.to];
  if (newest == command.ufrag) return;
  if (command.word == "offer" && !newest.empty()) ++me.restarts;
  newest = command.ufrag;
  touch(call);
}

}  // namespace

/// Before the answer it is the caller's cancel, whatever it was called; of a callee, a reject.
CallAnswer on_hangup(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  if (me == nullptr) return refuse(4404, "no such call");
  EndReason reason = reason_of_client(command.reason).value_or(EndReason::kHangup);
  if (call.record.state == CallState::kRinging && reason != EndReason::kMediaDenied) reason = EndReason::kCancelled;
  if (call.record.state != CallState::kRinging && reason == EndReason::kCancelled) reason = EndReason::kHangup;
  leave_call(call, *me, reason, me->device.uid, turn);
  return joined_as(*me);
}

CallAnswer on_relay(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  if (call.record.state == CallState::kRinging) return refuse(4405, "nobody has answered yet");
  Party* to = find_party(call.record, command.to);
  if (to == nullptr || to->id == me->id) return refuse(4403, "\"to_party\" is no other party of this call");
  if (to->left) return refuse(4410, "that party has left");
  if (to->device.is_page()) return refuse(4405, "that party is an old page: its media are in the call's \"room\"");
  Mailbox& mail = call.mail[me->id];
  if (command.op == CallOp::kIce) {
    if (mail.neg != command.neg) mail.candidates = 0;
    mail.neg = command.neg;
    mail.candidates += command.candidates;
    if (mail.candidates > turn.limits.candidates) return refuse(4413, "too many candidates in one negotiation");
  }
  note_restart(call, *me, command);
  CallEvent event;
  event.kind = command.op == CallOp::kSdp ? CallEventKind::kSdp : CallEventKind::kIce;
  event.party = me->id;
  event.payload = command.payload;
  tell_party(call, *to, std::move(event), turn.now);
  return joined_as(*me);
}

CallAnswer on_media(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  me->media = command.payload;
  CallEvent event;
  event.kind = CallEventKind::kPeerMedia;
  event.party = me->id;
  event.payload = command.payload;
  tell_others(call, me->id, event, turn.now);
  touch(call);
  return joined_as(*me);
}

CallAnswer on_report(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  const bool changed = me->pc_state != command.pc_state;
  me->pc_state = command.pc_state;
  me->connected = command.pc_state == "connected";
  me->ever_connected = me->ever_connected || me->connected || command.ever_connected;
  if (me->connected && me->connected_ms == 0) me->connected_ms = turn.now;
  me->inbound_ok = command.inbound_ok;
  me->worst_loss = std::max(me->worst_loss, command.loss);
  if (!command.path.empty()) me->path = command.path;
  look_if_active(call, turn);
  if (!changed) return joined_as(*me);
  CallEvent event;
  event.kind = CallEventKind::kPeerState;
  event.party = me->id;
  event.word = me->lost ? "lost" : "ok";
  event.payload = me->pc_state;
  tell_others(call, me->id, event, turn.now);
  touch(call);
  return joined_as(*me);
}

/// The part moves to the connection that shows its token.
CallAnswer on_resume(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  if (me == nullptr || me->left) return refuse(4404, "no such call");
  if (command.token.empty() || command.token != me->token) return refuse(4403, "the token is not this party's");
  if (command.device.conn == ConnId()) return refuse(4409, "only on a connection");
  me->device = command.device;
  mark_heard(call, *me, turn);
  touch(call);
  CallAnswer answer = joined_as(*me);
  replay(call, *me, command.last_eseq, answer);
  return answer;
}

CallAnswer on_alive(Call&, Party* me, const CallCommand&, const CallTurn&) { return joined_as(*me); }

}  // namespace im::router
