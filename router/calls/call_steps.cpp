#include "router/calls/call_steps.hpp"

#include <algorithm>
#include <utility>

#include "router/calls/call_mail.hpp"

namespace im::router {

namespace {

/// 128 bits: what a connection shows to take over a part.
std::string make_token(const CallTurn& turn) {
  std::string token;
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t bits = turn.random();
    for (int shift = 60; shift >= 0; shift -= 4) token += "0123456789abcdef"[bits >> shift & 0xfU];
  }
  return token;
}

void set_host(Call& call) {
  CallRecord& record = call.record;
  if (const Party* host = find_party(record, record.host); host != nullptr && !host->left) return;
  const auto next = std::ranges::find(record.parties, false, &Party::left);
  record.host = next == record.parties.end() ? PartyId() : next->id;
}

bool anybody_rings(const CallRecord& record) {
  return std::ranges::any_of(record.callees, [](const Callee& one) { return !one.done; });
}

/// What one user alone says of a lost call is not written into the other's books.
bool is_known_of(const CallRecord& record) {
  return !record.rebuilt || std::ranges::any_of(record.parties, [&record](const Party& one) {
    return one.device.uid != record.parties.front().device.uid;
  });
}

}  // namespace

CallAnswer refuse(int code, std::string error) {
  CallAnswer answer;
  answer.code = code;
  answer.error = std::move(error);
  return answer;
}

CallAnswer joined_as(const Party& party) {
  CallAnswer answer;
  answer.party = party.id;
  return answer;
}

Party& add_party(Call& call, const CallDevice& device, const CallTurn& turn) {
  Party party;
  party.id = PartyId(++call.record.last_party);
  party.device = device;
  party.token = make_token(turn);
  party.heard_ms = party.joined_ms = turn.now;
  party.connected = device.is_page();  // its media are its own: nobody here hears of them
  call.record.parties.push_back(std::move(party));
  set_host(call);
  tell_mirror(call, call.record.parties.back(), true, turn);
  touch(call);
  return call.record.parties.back();
}

void tell_mirror(Call& call, const Party& party, bool on, const CallTurn& turn) {
  if (!on) withdraw(call, CallEventKind::kMirror, party.device.uid, party.id);
  CallEvent event;
  event.kind = CallEventKind::kMirror;
  event.party = party.id;
  event.word = on ? "on" : "off";
  tell_user(call, party.device.uid, std::move(event), party.device.key, turn.now);
}

void stop_ringing(Call& call, Callee& callee, const std::string& how, const std::string& except_key,
                  const CallTurn& turn) {
  if (std::exchange(callee.done, true)) return;
  withdraw(call, CallEventKind::kIncoming, callee.uid);
  if (!callee.told) return;
  CallEvent event;
  event.kind = how.empty() ? CallEventKind::kEnded : CallEventKind::kHandledElsewhere;
  event.word = how;
  event.reason = call.record.reason == EndReason::kNone ? EndReason::kTimeout : call.record.reason;
  event.by = call.record.ended_by;
  tell_user(call, callee.uid, std::move(event), except_key, turn.now);
}

void end_call(Call& call, EndReason reason, Uid by, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (record.state == CallState::kEnded) return;
  record.state = CallState::kEnded;
  record.reason = reason;
  record.ended_by = by;
  record.ended_ms = turn.now;
  record.ring_until = record.setup_until = record.idle_until = record.max_until = 0;
  record.forget_at = turn.now + turn.times.kept;
  record.log_open = is_known_of(record);
  CallEvent event;
  event.kind = CallEventKind::kEnded;
  event.reason = reason;
  event.by = by;
  event.ms = record.active_ms > 0 ? std::max<CallMs>(turn.now - record.active_ms, 0) : 0;
  for (Party& party : record.parties) {
    tell_party(call, party, event, turn.now);
    if (party.left) continue;
    party.left = true;
    party.reason = reason;
    party.left_ms = turn.now;
    tell_mirror(call, party, false, turn);
  }
  for (Callee& callee : record.callees) stop_ringing(call, callee, "", "", turn);
  call.stirred = true;  // the books want it
  touch(call);
}

void leave_call(Call& call, Party& party, EndReason reason, Uid by, const CallTurn& turn) {
  if (party.left) return;
  CallRecord& record = call.record;
  if (!record.group) return end_call(call, reason, by, turn);
  CallEvent ended;
  ended.kind = CallEventKind::kEnded;
  ended.reason = reason;
  ended.by = by;
  tell_party(call, party, ended, turn.now);
  party.left = true;
  party.reason = reason;
  party.left_ms = turn.now;
  tell_mirror(call, party, false, turn);
  if (record.screen == party.id) {
    record.screen = PartyId();
    CallEvent screen;
    screen.kind = CallEventKind::kScreen;
    tell_others(call, party.id, screen, turn.now);
  }
  set_host(call);
  CallEvent members;
  members.kind = CallEventKind::kMembers;
  tell_others(call, party.id, members, turn.now);
  settle_group(call, reason, by, turn);
  touch(call);
}

void settle_group(Call& call, EndReason reason, Uid by, const CallTurn& turn) {
  const CallRecord& record = call.record;
  const bool alone = count_joined(record) < 2 && !anybody_rings(record);
  if (record.answered_by != PartyId() && alone) return end_call(call, reason, by, turn);
  set_idle(call, turn);
}

void set_idle(Call& call, const CallTurn& turn) {
  const std::size_t joined = count_joined(call.record);
  const bool rings = anybody_rings(call.record);
  call.record.idle_until = !call.record.group || joined > 1 || (joined == 1 && rings) ? 0
                           : joined == 1                                              ? turn.now + turn.times.alone
                                                                                      : turn.now + turn.times.empty;
}

void mark_lost(Call& call, Party& party, const CallTurn& turn) {
  if (party.left || std::exchange(party.lost, true)) return;
  party.lost_ms = turn.now;
  CallEvent event;
  event.kind = CallEventKind::kPeerState;
  event.party = party.id;
  event.word = "lost";
  event.payload = party.pc_state;
  tell_others(call, party.id, event, turn.now);
  touch(call);
}

void mark_heard(Call& call, Party& party, const CallTurn& turn) {
  party.heard_ms = turn.now;
  if (!std::exchange(party.lost, false)) return;
  party.lost_ms = 0;
  CallEvent event;
  event.kind = CallEventKind::kPeerState;
  event.party = party.id;
  event.word = "ok";
  event.payload = party.pc_state;
  tell_others(call, party.id, event, turn.now);
  touch(call);
}

}  // namespace im::router
