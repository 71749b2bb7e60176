#pragma once

#include "logic/chat/message_service.hpp"
#include "logic/chat/reaction_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"

namespace im::logic {

/// Asked before a text is kept: the text to keep, or why not. Blocks.
struct TextCheck {
  chat::Actor actor;
  chat::ConvId conv;  ///< or `to`
  Uid to;
  std::string type, body;
};
using CheckText = std::function<Result<std::string>(const TextCheck&)>;

/// msg.send, msg.edit, msg.recall, msg.forward, msg.react, msg.pin (docs/chat.md).
struct MessageDesk {
  chat::MessageService& messages;
  chat::ReactionService& reactions;
  CheckText check;    ///< may be empty
  std::string epoch;  ///< of the store; stands in each answer
};
void add_message_commands(ChatCommands& commands, const MessageDesk& desk);

}  // namespace im::logic
