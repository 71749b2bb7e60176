#pragma once

#include <algorithm>
#include <cstdint>

namespace im::logic::media {

/// How many bytes may be made of a picture, all its sizes together (decision 113). A file of a few bytes may hold
/// pixels that no other format holds in a thousand times as many. `picture_bytes`: media.picture_bytes. Pure.
constexpr std::uint64_t most_made_of(std::uint64_t upload_bytes, std::uint64_t picture_bytes) {
  constexpr std::uint64_t kTimes = 4;          ///< JPEG and PNG of what came as WebP, with its smaller ones
  constexpr std::uint64_t kAlways = 4U << 20;  ///< a photo that was sent with few bytes
  return std::min(picture_bytes, std::max(kAlways, kTimes * upload_bytes));
}

}  // namespace im::logic::media
