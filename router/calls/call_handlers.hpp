#pragma once

#include "router/calls/call.hpp"
#include "router/calls/call_command.hpp"

namespace im::router {

/// One handler for each command of a live call. `me`: the party that asks, joined; null where the device has no part
/// yet.
using CallHandler = CallAnswer (*)(Call& call, Party* me, const CallCommand& command, const CallTurn& turn);

// call_ringing.cpp
CallAnswer on_ringing(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_accept(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_reject(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_busy(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_invite_again(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_gone(Call&, Party*, const CallCommand&, const CallTurn&);
// call_talk.cpp
CallAnswer on_hangup(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_relay(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_media(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_report(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_resume(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_alive(Call&, Party*, const CallCommand&, const CallTurn&);
// call_members.cpp
CallAnswer on_join(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_leave(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_take_over(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_screen(Call&, Party*, const CallCommand&, const CallTurn&);
CallAnswer on_host(Call&, Party*, const CallCommand&, const CallTurn&);

}  // namespace im::router
