#pragma once

#include "logic/chat/contact_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic {

/// contact.* (docs/chat.md). Both users hear of a change by an event "contact", each how it is for them.
/// `parted`: these two are no contacts any more, or one has blocked the other; may be empty.
void add_contact_commands(ChatCommands& commands, chat::ContactService& contacts, const TellLive& tell,
                          const std::function<void(Uid, Uid)>& parted);

}  // namespace im::logic
