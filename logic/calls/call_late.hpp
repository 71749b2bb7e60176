#pragma once

#include <optional>
#include <string>

#include "common/base/ids.hpp"
#include "im/calls.pb.h"

namespace im::logic {

/// What a device hears of its user's newest call when it comes: the ring that goes on, or, when it rang here and is
/// over, how it ended. Nothing for others: a call that is over never rings. Pure.
std::optional<im::calls::Event> late_event(const im::calls::ApplyReply& call, Uid uid, const std::string& key);

}  // namespace im::logic
