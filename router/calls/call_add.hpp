#pragma once

#include "router/calls/call_handlers.hpp"

namespace im::router {

/// A party asks more people to come. A call of two is a group from here on.
CallAnswer on_add(Call& call, Party* me, const CallCommand& command, const CallTurn& turn);

}  // namespace im::router
