#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "common/base/result.hpp"

namespace im {

/// JSON from somebody we do not trust: one value and nothing after it, valid UTF-8, at most 32 levels deep, no name
/// twice in an object (RFC 8259 §4 leaves those to the reader, so two readers may see different things), no number
/// beyond what a double holds (§6: it could not be written again). Error: kInvalid with a text for the sender.
Result<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace im
