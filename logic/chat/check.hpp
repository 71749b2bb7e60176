#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::logic::chat {

/// Text that outsiders choose: UTF-8, at most so many bytes, and no control signs but line feed and tab. kInvalid names
/// the field.
Status check_text(std::string_view field, std::string_view text, std::size_t max_bytes);
/// The same, and not empty.
Status check_given(std::string_view field, std::string_view text, std::size_t max_bytes);
/// One emoji: a few signs, none of them a letter, a space or a control sign.
Status check_emoji(std::string_view text);
/// The types a user may send; "system" and "call" are the server's.
Status check_type(std::string_view type);

}  // namespace im::logic::chat
