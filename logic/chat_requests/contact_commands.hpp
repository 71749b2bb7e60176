#pragma once

#include "logic/chat/contact_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic {

/// contact.* (docs/chat.md). Both users hear of a change by an event "contact", each how it is for them.
void add_contact_commands(ChatCommands& commands, chat::ContactService& contacts, const TellLive& tell);

}  // namespace im::logic
