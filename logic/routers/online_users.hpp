#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "logic/routers/router_calls.hpp"

namespace im::logic {

/// A page of the users who have a connection, in an order of the routers' own (by slot, then by number).
struct OnlinePage {
  std::vector<Uid> uids;
  bool complete = true;  ///< every router has answered
};

/// The users after `after` (0: the first ones), at most `limit` (1 to 1000). Never blocks; `done` runs once, on any
/// thread. An error: no router answers.
void online_users_at_routers(RouterCalls& calls, Uid after, std::size_t limit,
                             std::function<void(Result<OnlinePage>)> done);

/// Puts pages of routers together: the first `limit` of all, by slot, then by number. Pure.
std::vector<Uid> first_online(std::vector<Uid> all, std::size_t limit);

}  // namespace im::logic
