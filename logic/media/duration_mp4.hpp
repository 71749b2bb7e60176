#pragma once

#include "logic/media/duration.hpp"

namespace im::logic::media::container {

/// The movie header of an MP4 (ISO 14496-12 §8.2.2). Nothing: there is none.
std::optional<ContainerFacts> read_mp4(const FileBytes& file);

}  // namespace im::logic::media::container
