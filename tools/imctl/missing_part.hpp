#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace im::imctl {

/// What to do when a logic does not know a command (code 4405): it runs without the part that has it, as in
/// `./im demo --open`. "; ..." for the end of a sentence, "" for every other code. Pure.
std::string advice_for(std::int64_t code, std::string_view cmd);

}  // namespace im::imctl
