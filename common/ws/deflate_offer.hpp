#pragma once

#include <string>
#include <string_view>

namespace im::ws {

/// `offers`: the values of Sec-WebSocket-Extensions, joined by commas. The value to answer with, or "" when no offer
/// can be taken: the extension has another name, a parameter is unknown, doubled or has a value that is none, the
/// client wants our window smaller than 32 KiB (others share the bytes), or the list is malformed.
std::string accept_deflate(std::string_view offers);

}  // namespace im::ws
