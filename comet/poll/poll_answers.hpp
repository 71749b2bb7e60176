#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "comet/connection/close_reason.hpp"

/// Long-poll, as bytes (docs/webim.md and docs/protocol.md, "Long-poll"). Pure.
namespace im::comet::poll {

inline constexpr std::string_view kTaken = R"({"success":1})";
inline constexpr std::string_view kTimeout = R"({"success":0,"text":"timeout"})";

/// {"success":1,"session_id":"..."}
std::string connected(std::string_view session_id);
/// {"success":1,"data":"<JSON as text>"}
std::string with_data(std::string_view message);
/// {"success":0,"text":"closed","code":4002,"reason":"..."}
std::string closed(const CloseInfo& why);
/// A whole HTTP response. `origin`: of pages that may read it, if any. After another status than 200 the connection
/// closes.
std::string response(int status, std::string_view body, std::string_view origin);
struct Message {
  std::string_view payload;
  bool binary = false;
  /// As a page gets it: text as it is, bytes as base64.
  std::string text() const;
};
/// Those of whole server frames, whose bytes they are.
std::vector<Message> messages_in(std::string_view frames);

}  // namespace im::comet::poll
