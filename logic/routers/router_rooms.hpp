#pragma once

#include "logic/routers/router_calls.hpp"

namespace im::logic {

/// Which rooms a comet has, each told to the router of its slot. An error means: some may not be told, call again (the
/// versions make that harmless).
void update_rooms_at_routers(RouterCalls& calls, const im::router::UpdateRoomsRequest& request,
                             std::function<void(Status)> done);

/// A comet's counts to all routers, their totals together. A router that does not answer is left out: the next full
/// report makes up for it.
void report_online_at_routers(RouterCalls& calls, const im::router::ReportOnlineRequest& request,
                              std::function<void(Result<im::router::ReportOnlineReply>)> done);

}  // namespace im::logic
