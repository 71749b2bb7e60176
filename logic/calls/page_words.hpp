#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "im/calls.pb.h"

namespace im::logic {

/// What a client says that can join the room which an old page names (router/calls/call_caps.hpp).
inline constexpr std::string_view kPageRoom = "webim-room";

/// What an old page is told of an event of a call (docs/webim.md, I74 to I78): "ask", "ok", "gg"; null: nothing, or the
/// event goes to no page. Pure.
boost::json::value page_words(const im::calls::Event& event, const im::calls::Record& record);

/// A word of a call from user to page; `data`: "ask", "ok", "gg".
boost::json::object page_word(std::int64_t from, const std::string& fd, std::string_view kind, std::string_view data);

}  // namespace im::logic
