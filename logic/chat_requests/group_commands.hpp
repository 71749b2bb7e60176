#pragma once

#include "logic/chat/group_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic {

/// Tells those who came or went by `event`, and the admins where somebody waits.
void tell_group_change(const TellLive& tell, chat::GroupService& groups, const char* event, const chat::Actor& actor,
                       const chat::GroupChange& change);

/// group.* (docs/chat.md). Members hear of a change by its system message; who came, went or waits for an answer, by an
/// event "group".
void add_group_commands(ChatCommands& commands, chat::GroupService& groups, const TellLive& tell);

}  // namespace im::logic
