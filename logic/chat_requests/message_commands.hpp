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
/// `check` may be empty.
void add_message_commands(ChatCommands& commands, chat::MessageService& messages, chat::ReactionService& reactions,
                          const CheckText& check);

}  // namespace im::logic
