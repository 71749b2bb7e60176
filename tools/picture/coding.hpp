#pragma once

namespace im::picture {

/// How pixels become bytes.
struct Coding {
  enum class Format { kJpeg, kPng, kWebp };
  Format format = Format::kJpeg;
  int level = 0;  ///< quality of JPEG and WebP, 0 to 100; of PNG how hard it tries, 0 to 9
};

}  // namespace im::picture
