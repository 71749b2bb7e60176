#pragma once

#include <string>
#include <string_view>

namespace im::logic::chat {

/// A file name as outsiders may choose it: 1 to 180 bytes of UTF-8, one part of a path, no control signs and none that
/// turn the direction of the text around. "" = good, else why not. Pure.
std::string name_problem(std::string_view name);

}  // namespace im::logic::chat
