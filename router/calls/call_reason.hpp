#pragma once

#include <optional>
#include <string_view>

#include "router/calls/call_record.hpp"

namespace im::router {

/// "hangup", "ice_failed", …; "" for kNone.
std::string_view name_of(EndReason reason);
/// Those that a client may give as its own.
std::optional<EndReason> reason_of_client(std::string_view name);
std::optional<EndReason> reason_of(std::string_view name);

}  // namespace im::router
