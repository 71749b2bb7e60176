#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/picture/coding.hpp"

struct gdImageStruct;

namespace im::picture {

struct Size {
  int width = 0, height = 0;
};

/// Pixels in memory, nothing else of the file they came from. Behind it is libgd.
class Picture {
 public:
  /// What a file says its size is, before anything is decoded; nothing: none of JPEG, PNG, GIF, WebP.
  static std::optional<Size> stated_size(std::string_view file);
  /// Of GIF the first picture. Turned as Exif says. Nothing: it cannot be decoded.
  static std::optional<Picture> decode(std::string_view file);

  Size size() const;
  bool has_alpha() const;  ///< some pixel lets something through
  /// Fits into a square of so many pixels; never larger than this one.
  Picture fitted(int most) const;
  /// Without any metadata; JPEG loses what lets something through. Nothing: more than `most` bytes, not in this format,
  /// or the encoder failed.
  std::optional<std::string> encode(const Coding& coding, std::size_t most) const;

 private:
  using Handle = std::unique_ptr<gdImageStruct, void (*)(gdImageStruct*)>;
  explicit Picture(Handle image) : image_(std::move(image)) {}
  Picture turned(int orientation) const;

  Handle image_;
};

}  // namespace im::picture
