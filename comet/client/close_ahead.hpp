#pragma once

#include <optional>
#include <string_view>

#include "common/ws/decoder.hpp"

namespace im::comet {

/// Whether a Close frame (RFC 6455 §5.5.1) stands in `bytes`, which begin at a frame; its code, to be echoed. Pure;
/// looks at a copy, so nothing is taken and nothing unmasked.
std::optional<ws::CloseCode> close_ahead(std::string_view bytes, const ws::DecoderLimits& limits);

}  // namespace im::comet
