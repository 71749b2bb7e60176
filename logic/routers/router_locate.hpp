#pragma once

#include <memory>

#include "logic/routers/locate_port.hpp"
#include "logic/routers/router_patience.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Looks everything asked up at the routers that have it, together. What a router says it does not have is asked again
/// where it is now. What a router does not answer within 100 ms comes back as unknown, and so does, at once, what one
/// has that is silent: no router holds pushes up. `port` outlives the lookup. `done` runs once, never before this
/// returns unless nothing was asked; never an error.
void locate_at_routers(LocatePort& port, std::shared_ptr<RouterPatience> patience, LocateAsk ask,
                       std::function<void(LocateAnswer)> done);

}  // namespace im::logic
