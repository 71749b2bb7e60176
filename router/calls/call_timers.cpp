#include <algorithm>
#include <limits>
#include <utility>

#include "router/calls/call_machine.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

constexpr CallMs kNever = std::numeric_limits<CallMs>::max();
/// Two heartbeats were missed, and the second had a moment to arrive.
CallMs silence(const CallTimes& times) { return 2 * times.heartbeat + times.heartbeat / 2; }

bool peer_has_media(const CallRecord& call, PartyId but) {
  return std::ranges::any_of(
      call.parties, [but](const Party& one) { return one.id != but && !one.left && !one.lost && one.inbound_ok; });
}

/// When a lost party is given up.
CallMs patience(const CallRecord& call, const Party& party, const CallTimes& times) {
  if (call.state == CallState::kRinging) return times.caller_lost;
  return peer_has_media(call, party.id) ? std::max(times.resume, times.resume_media) : times.resume;
}

CallMs deadline_of(const CallRecord& call, const Party& party, const CallTimes& times) {
  if (party.left || (party.device.is_page() && !party.lost)) return kNever;  // a page says nothing while it is there
  return party.lost ? party.lost_ms + patience(call, party, times) : party.heard_ms + silence(times);
}

/// While it rings clients have nothing to report.
void look_for(Call& call, Party& caller, const CallTurn& turn) {
  caller.heard_ms = turn.now;
  CallEvent event;
  event.kind = CallEventKind::kStillRinging;
  tell_party(call, caller, std::move(event), turn.now);
}

bool is_due(CallMs deadline, CallMs now) { return deadline > 0 && deadline <= now; }

/// In a group each ring ends by itself.
void expire_ringing(Call& call, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (!is_due(record.ring_until, turn.now)) return;
  if (!record.group) return end_call(call, EndReason::kTimeout, Uid(), turn);
  bool ended = false;
  for (Callee& callee : record.callees) {
    if (callee.done || !is_due(ring_end(record, callee), turn.now)) continue;
    stop_ringing(call, callee, "", "", turn);
    ended = true;
  }
  record.ring_until = next_ring_end(record);
  if (ended) settle_group(call, EndReason::kTimeout, Uid(), turn);
  touch(call);
}

void expire_parties(Call& call, const CallTurn& turn) {
  // By place: a party that leaves changes nothing before or behind it.
  for (std::size_t i = 0; i < call.record.parties.size() && call.record.state != CallState::kEnded; ++i) {
    Party& party = call.record.parties[i];
    if (!is_due(deadline_of(call.record, party, turn.times), turn.now)) continue;
    const bool rings = call.record.state == CallState::kRinging;
    if (!party.lost) {
      rings ? look_for(call, party, turn) : mark_lost(call, party, turn);
      continue;
    }
    leave_call(call, party, rings ? EndReason::kCancelled : EndReason::kPeerLost, Uid(), turn);
  }
}

}  // namespace

void expire(Call& call, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (record.state == CallState::kEnded) return;
  const std::size_t before = call.last_event;
  if (is_due(record.max_until, turn.now)) end_call(call, EndReason::kMaxDuration, Uid(), turn);
  expire_ringing(call, turn);
  if (record.state == CallState::kConnecting && is_due(record.setup_until, turn.now))
    end_call(call, EndReason::kIceFailed, Uid(), turn);
  expire_parties(call, turn);
  if (is_due(record.idle_until, turn.now)) end_call(call, EndReason::kTimeout, Uid(), turn);
  call.stirred = call.stirred || call.last_event != before;
}

CallMs next_deadline(const CallRecord& call, const CallTimes& times) {
  if (call.state == CallState::kEnded) return call.forget_at;
  CallMs next = kNever;
  for (const CallMs one : {call.max_until, call.ring_until, call.setup_until, call.idle_until})
    if (one > 0) next = std::min(next, one);
  for (const Party& party : call.parties) next = std::min(next, deadline_of(call, party, times));
  return next;
}

bool is_forgotten(const CallRecord& call, CallMs now) {
  return call.state == CallState::kEnded && call.forget_at <= now;
}

void note_undelivered(Call& call, PartyId id, const CallDevice& route, const CallTurn& turn) {
  Party* party = find_party(call.record, id);
  if (party == nullptr || party->left || !party->device.same_route(route)) return;
  const std::size_t before = call.last_event;
  mark_lost(call, *party, turn);
  call.stirred = call.stirred || call.last_event != before;
}

}  // namespace im::router
