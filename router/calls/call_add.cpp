#include "router/calls/call_add.hpp"

#include <algorithm>

#include "router/calls/call_caps.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

bool takes_part(const CallRecord& call, Uid uid) {
  return std::ranges::any_of(call.parties, [uid](const Party& one) { return !one.left && one.device.uid == uid; });
}

bool rings_already(const CallRecord& call, Uid uid) {
  return std::ranges::any_of(call.callees, [uid](const Callee& one) { return one.uid == uid && !one.done; });
}

std::size_t count_ringing(const CallRecord& call) {
  return static_cast<std::size_t>(std::ranges::count(call.callees, false, &Callee::done));
}

std::vector<Callee> newcomers(const CallRecord& call, const CallCommand& command) {
  std::vector<Callee> fresh;
  for (const Callee& wanted : command.callees) {
    if (takes_part(call, wanted.uid) || rings_already(call, wanted.uid)) continue;
    fresh.push_back(wanted);
    fresh.back().by = command.device.uid;
  }
  return fresh;
}

/// A call of two is a group from here on: its parties stay, and others may come and go.
void make_group(Call& call, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (record.group) return;
  record.group = true;
  CallEvent members;
  members.kind = CallEventKind::kMembers;
  tell_others(call, PartyId(), members, turn.now);
}

/// What is kept of who was asked, and written with each change, has an end.
bool asks_too_many(const CallRecord& call, const std::vector<Callee>& fresh) {
  constexpr std::size_t kMostAsked = 128;
  const auto again =
      std::ranges::count_if(fresh, [&call](const Callee& one) { return find_callee(call, one.uid) != nullptr; });
  return call.callees.size() + fresh.size() - static_cast<std::size_t>(again) > kMostAsked;
}

void ring(Call& call, Callee callee, const CallTurn& turn) {
  callee.until = turn.now + turn.times.ring;
  std::erase_if(call.record.callees, [&callee](const Callee& one) { return one.uid == callee.uid; });
  call.record.callees.push_back(callee);
  if (!callee.told) return;
  CallEvent event;
  event.kind = CallEventKind::kIncoming;
  event.by = callee.by;
  tell_user(call, callee.uid, std::move(event), "", turn.now);
}

}  // namespace

/// Nobody is rung when not all of them would have a place.
CallAnswer on_add(Call& call, Party* me, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  if (record.state != CallState::kActive) return refuse(4405, "they do not talk yet");
  if (has_page(record)) return refuse(4405, "an old page's call stays a call of two");
  if (record.locked && record.host != me->id) return refuse(4423, "the call is locked");
  const std::vector<Callee> fresh = newcomers(record, command);
  const std::size_t most = record.kind == CallKind::kAudio ? turn.limits.audio : turn.limits.video;
  if (count_joined(record) + count_ringing(record) + fresh.size() > most) return refuse(4431, "the call would be full");
  if (asks_too_many(record, fresh)) return refuse(4431, "too many were asked in this call");
  if (fresh.empty()) return joined_as(*me);
  make_group(call, turn);
  for (const Callee& callee : fresh) ring(call, callee, turn);
  record.ring_until = next_ring_end(record);
  set_idle(call, turn);
  touch(call);
  return joined_as(*me);
}

}  // namespace im::router
