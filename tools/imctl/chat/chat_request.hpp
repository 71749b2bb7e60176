#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/base/result.hpp"
#include "tools/imctl/chat/chat_line.hpp"

namespace im::imctl {

/// A `client_msg_id` that nobody else has.
std::string new_key();
struct ChatRequest {
  std::string cmd;
  boost::json::object fields;
};
/// The request that a line is, in conversation `conv`; nothing: it is more than one request, or none. Pure.
Result<std::optional<ChatRequest>> request_of(const ChatLine& line, std::int64_t conv);
/// Whether a request may be asked twice, when its answer was lost. Pure.
bool repeatable(std::string_view cmd, const boost::json::object& body);

}  // namespace im::imctl
