#pragma once

#include <string_view>

#include "router/calls/call_command.hpp"

namespace im::router {

/// Of a client that can join the room which an old page names: the page's media are there, and not between the parties.
inline constexpr std::string_view kPageRoom = "webim-room";

/// The caller or a callee is an old page.
bool has_page(const CallRecord& call);
/// What answers has something in common with the caller. Who named nothing can everything but an old page's media.
bool can_talk(const CallRecord& call, const CallCommand& accept);

}  // namespace im::router
