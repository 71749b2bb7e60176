#pragma once

#include "logic/chat/conversation_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic {

/// read, readers, delivered, typing, conv.open, conv.mute, conv.pin, conv.hide (docs/chat.md).
void add_conversation_commands(ChatCommands& commands, chat::ConversationService& conversations, const TellLive& tell);

}  // namespace im::logic
