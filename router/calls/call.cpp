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

std::size_t count_joined(const CallRecord& call) {
  return static_cast<std::size_t>(std::ranges::count(call.parties, false, &Party::left));
}

}  // namespace im::router
