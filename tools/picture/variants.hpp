#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tools/picture/picture.hpp"

namespace im::picture {

/// What is made of one picture: the picture itself, and two smaller ones.
struct Variants {
  struct One {
    Size size;
    std::string bytes;
  };
  std::string mime;  ///< of all three
  One file, small, large;
};

/// All three have at most `most` bytes together (decision 113): PNG where something shows through, else JPEG; where
/// that is too much, with more loss, and then with fewer pixels. Nothing: not even a few pixels fit.
std::optional<Variants> variants_of(Picture picture, std::size_t most);

}  // namespace im::picture
