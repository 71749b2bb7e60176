#pragma once

#include "router/calls/call.hpp"
#include "router/calls/call_command.hpp"

namespace im::router {

/// What transitions are made of; one step each, no checks of rights.

CallAnswer refuse(int code, std::string error);
/// A new party at this device.
Party& add_party(Call& call, const CallDevice& device, const CallTurn& turn);
/// The user's other devices hear that this one is in the call, or not any more.
void tell_mirror(Call& call, const Party& party, bool on, const CallTurn& turn);
CallAnswer joined_as(const Party& party);

/// The end, once: every party and every device that rings hears of it.
void end_call(Call& call, EndReason reason, Uid by, const CallTurn& turn);
/// The callee rings no more. `how`: "accepted", "rejected" or "" (the call ended) for their devices but this one.
void stop_ringing(Call& call, Callee& callee, const std::string& how, const std::string& except_key,
                  const CallTurn& turn);
/// A call of two ends with it; a group goes on with those who are left.
void leave_call(Call& call, Party& party, EndReason reason, Uid by, const CallTurn& turn);
void mark_lost(Call& call, Party& party, const CallTurn& turn);
void mark_heard(Call& call, Party& party, const CallTurn& turn);
/// A group with one member or none does not stay for ever.
void set_idle(Call& call, const CallTurn& turn);
/// The same, when somebody left or rings no more: a group that was a call of two ends with the last but one.
void settle_group(Call& call, EndReason reason, Uid by, const CallTurn& turn);

}  // namespace im::router
