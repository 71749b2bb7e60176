#pragma once

#include <memory>
#include <string>

#include "common/routers/router_map.hpp"
#include "logic/events/event_source.hpp"

namespace im::logic {

/// proto/im/events.proto at every router. `watcher`: this logic's name, the same after a restart.
std::unique_ptr<EventSource> make_grpc_event_source(routers::RouterMap& routers, std::string watcher);

}  // namespace im::logic
