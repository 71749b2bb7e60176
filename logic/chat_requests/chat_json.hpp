#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "logic/chat/history_service.hpp"
#include "logic/chat/message_access.hpp"

namespace im::logic {

/// How rows and conversations look to clients, in answers and in events (docs/chat.md). Pure.

/// "CONV:SEQ": how clients name a message.
std::string message_id(chat::ConvId conv, chat::Seq seq);
struct MessageId {
  chat::ConvId conv;
  chat::Seq seq = 0;
};
/// seq 0: it is none.
MessageId read_message_id(std::string_view text);

/// What `reader` may see of it; {"seq":7,"hidden":true} when nothing.
boost::json::object message_json(const chat::Message& row, Uid reader);
boost::json::object place_json(const chat::Place& place);
/// As many rows as fit into an answer, has_more says that there are others.
boost::json::object page_json(const chat::Page& page, Uid reader);
boost::json::array messages_json(const std::vector<chat::Message>& rows, Uid reader);
boost::json::object summary_json(const chat::ConvSummary& one, Uid reader);
boost::json::object sync_all_json(const chat::SyncAll& all, Uid reader);

}  // namespace im::logic
