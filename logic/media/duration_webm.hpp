#pragma once

#include "logic/media/duration.hpp"

namespace im::logic::media::container {

/// What a WebM says of itself, or else its last block (RFC 9559). Nothing: it is none.
std::optional<ContainerFacts> read_webm(const FileBytes& file);

}  // namespace im::logic::media::container
