#pragma once

#include "logic/chat/history_service.hpp"
#include "logic/chat_requests/chat_commands.hpp"

namespace im::logic {

/// "marks" {"12":7}: what the client has of each conversation.
std::map<chat::ConvId, chat::Seq> read_marks(Fields& fields);

/// sync, sync.all, history, search, conv.list, conv.get (docs/chat.md).
void add_history_commands(ChatCommands& commands, chat::HistoryService& history);

}  // namespace im::logic
