#pragma once

#include <memory>

#include "logic/routers/router_calls.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Looks everything asked up at the routers that have it, together. What a router says it does not have is asked again
/// where it is now; what cannot be found out soon comes back as unknown, so that no router holds pushes up. `done` runs
/// once; never an error.
void locate_at_routers(RouterCalls& calls, LocateAsk ask, std::function<void(LocateAnswer)> done);

}  // namespace im::logic
