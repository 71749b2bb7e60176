#pragma once

#include "logic/chat_presence/presence_teller.hpp"
#include "logic/chat_requests/chat_commands.hpp"

namespace im::logic {

/// presence.set, presence.sub (docs/chat.md).
void add_presence_commands(ChatCommands& commands, const PresenceTeller::Uses& uses, PresenceTeller& teller);

}  // namespace im::logic
