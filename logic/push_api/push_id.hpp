#pragma once

#include <string>

namespace im::logic {

/// A name for one push, unique over all logics, in the order of time: 26 letters of Crockford's base 32, 48 bits of
/// Unix milliseconds and 80 random ones (the shape of a ULID). Any thread.
std::string make_push_id();

}  // namespace im::logic
