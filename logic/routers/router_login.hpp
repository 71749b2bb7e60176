#pragma once

#include <functional>

#include "logic/routers/router_calls.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// A login at the routers: bound at the owner of its home; then the key, when it lies elsewhere; then the user who had
/// the key before, when that one lies elsewhere. Fails as a whole: what was bound is unbound again.
void bind_at_routers(RouterCalls& calls, const SessionInfo& session, SessionDirectory::Done<BindAnswer> done);

/// Logouts, each at the owner of its home and at the owner of its key. An error means: some may be left, call again.
/// Tried again until the routers have taken it, for some time.
void take_back_at_routers(RouterCalls& calls, const SessionEnd& session);
void unbind_at_routers(RouterCalls& calls, const std::vector<SessionEnd>& sessions,
                       SessionDirectory::Done<std::int32_t> done);

}  // namespace im::logic
