#pragma once

#include <cstdint>
#include <string>

namespace im::imctl {

/// A message of the type "call" for user `me`: "call, 2 min 3 s", "missed video call". Empty: its body is not as
/// docs/calls.md says. Pure.
std::string call_text(const std::string& body, std::int64_t me);

}  // namespace im::imctl
