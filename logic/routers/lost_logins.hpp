#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "common/base/ids.hpp"
#include "logic/routers/router_calls.hpp"

namespace im::logic {

/// Ends whatever sessions these logins of one comet have made. Only their orders are known: their answers never came,
/// and an answer is what names a session. Every router that answers looks for them; at most 1000
/// (proto/im/users.proto). Never blocks; `done` runs once, on any thread, with how many ended. An error: some may be
/// left, ask again.
void end_logins_at_routers(RouterCalls& calls, CometInstance comet, const std::vector<SessionEpoch>& orders,
                           std::function<void(Result<std::int32_t>)> done);

}  // namespace im::logic
