#pragma once

#include <string_view>

/// The .lua files beside it, compiled in.
namespace im::router::lua {

extern const std::string_view kCommon, kRenew, kClaim, kRelease, kLeave, kWrite, kLoad;

}  // namespace im::router::lua
