#pragma once

#include "logic/chat/message_service.hpp"
#include "logic/chat/reaction_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"

namespace im::logic {

/// msg.send, msg.edit, msg.recall, msg.forward, msg.react, msg.pin (docs/chat.md).
struct MessageDesk {
  chat::MessageService& messages;
  chat::ReactionService& reactions;
  std::string epoch;  ///< of the store; stands in each answer
};
void add_message_commands(ChatCommands& commands, const MessageDesk& desk);

}  // namespace im::logic
