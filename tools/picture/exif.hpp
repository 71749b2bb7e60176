#pragma once

#include <string_view>

namespace im::picture {

/// How a JPEG says it is to be turned (Exif 2.32 §4.6.4, "Orientation"): 1 to 8; 1 where it does not say. Bounded by
/// the bytes; pure.
int orientation_of(std::string_view jpeg);

}  // namespace im::picture
