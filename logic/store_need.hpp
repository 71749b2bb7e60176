#pragma once

#include "logic/config.hpp"

namespace im::logic {

/// kUnavailable: the disk of the store is full, so that it cannot be opened, and nothing of media could go to make room
/// for it. Blocking.
Status look_for_store(const Config& config);

}  // namespace im::logic
