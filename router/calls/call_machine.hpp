#pragma once

#include "router/calls/call.hpp"
#include "router/calls/call_command.hpp"

namespace im::router {

/// The state machine of a call (docs/calls.md has the picture): a command or the time in, changes and events out. Pure:
/// the clock and the random source come with the turn, nothing is sent or stored here.

/// A new call of its first device: RINGING when it asks another one, else a group that is ACTIVE from here on.
CallAnswer begin_call(Call& call, const CallCommand& command, const CallTurn& turn);
CallAnswer apply(Call& call, const CallCommand& command, const CallTurn& turn);

/// Does everything whose time has come.
void expire(Call& call, const CallTurn& turn);
/// When expire() has something to do again; never below the last `now` for long: what is due is done.
CallMs next_deadline(const CallRecord& call, const CallTimes& times);
/// Nothing of it is wanted any more.
bool is_forgotten(const CallRecord& call, CallMs now);

/// An event did not arrive over the route it was sent on: the party's signalling counts as lost.
void note_undelivered(Call& call, PartyId party, const CallDevice& route, const CallTurn& turn);

}  // namespace im::router
