#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The old page's long-poll, as bytes (docs/webim.md "Long-poll"). Pure.
namespace im::comet::poll {

inline constexpr std::string_view kTaken = R"({"success":1})";
inline constexpr std::string_view kTimeout = R"({"success":0,"text":"timeout"})";

/// {"success":1,"session_id":"..."}
std::string connected(std::string_view session_id);
/// {"success":1,"data":"<JSON as text>"}
std::string with_data(std::string_view message);
/// A whole HTTP response. `origin`: of pages that may read it. After another status than 200 the connection closes.
std::string response(int status, std::string_view body, std::string_view origin);
/// The payloads of whole server frames that are text.
std::vector<std::string> texts_in(std::string_view frames);

}  // namespace im::comet::poll
