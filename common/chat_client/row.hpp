#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

namespace im::chat_client {

using ConvId = std::int64_t;
using Seq = std::int64_t;

/// A row of a conversation (docs/chat.md): a message, or what was done to one (`ref_seq`).
struct Row {
  ConvId conv = 0;
  Seq seq = 0;
  std::string kind;  ///< "message", "edit", "recall", ...; empty: a row that this user may not see
  std::string type;  ///< "text", "image", "system", ...
  std::int64_t sender = 0;
  std::string body;
  std::int64_t ts = 0;
  Seq ref_seq = 0;    ///< what it replies to or speaks of, or 0
  std::string key{};  ///< client_msg_id, of the user's own messages
  bool recalled = false;
};

/// A row as a page or an event has it; nothing when a member is missing or has a wrong type.
std::optional<Row> read_row(const boost::json::object& object);

/// Members of JSON from outside; the fallback when they are missing or of another type.
std::int64_t number_of(const boost::json::object& object, std::string_view name, std::int64_t otherwise = 0);
std::string text_of(const boost::json::object& object, std::string_view name);
bool flag_of(const boost::json::object& object, std::string_view name);

}  // namespace im::chat_client
