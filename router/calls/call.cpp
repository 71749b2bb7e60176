#include "router/calls/call.hpp"

#include <algorithm>

namespace im::router {

Party* find_party(CallRecord& call, PartyId id) {
  const auto found = std::ranges::find(call.parties, id, &Party::id);
  return found == call.parties.end() ? nullptr : &*found;
}

const Party* find_party(const CallRecord& call, PartyId id) {
  const auto found = std::ranges::find(call.parties, id, &Party::id);
  return found == call.parties.end() ? nullptr : &*found;
}

Callee* find_callee(CallRecord& call, Uid uid) {
  const auto found = std::ranges::find(call.callees, uid, &Callee::uid);
  return found == call.callees.end() ? nullptr : &*found;
}

const Callee* find_callee(const CallRecord& call, Uid uid) {
  const auto found = std::ranges::find(call.callees, uid, &Callee::uid);
  return found == call.callees.end() ? nullptr : &*found;
}

/// A record of before has one for all.
CallMs ring_end(const CallRecord& call, const Callee& callee) {
  return callee.until > 0 ? callee.until : call.ring_until;
}

CallMs next_ring_end(const CallRecord& call) {
  CallMs next = 0;
  for (const Callee& callee : call.callees) {
    if (callee.done) continue;
    const CallMs end = ring_end(call, callee);
    next = next == 0 ? end : std::min(next, end);
  }
  return next;
}

std::size_t count_joined(const CallRecord& call) {
  return static_cast<std::size_t>(std::ranges::count(call.parties, false, &Party::left));
}

}  // namespace im::router
