#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct gdImageStruct;

namespace im::picture {

struct Size {
  int width = 0, height = 0;
};

/// How pixels become bytes.
struct Coding {
  enum class Format { kJpeg, kPng, kWebp };
  Format format = Format::kJpeg;
  int level = 0;  ///< quality of JPEG and WebP, 0 to 100; of PNG how hard it tries, 0 to 9
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
  /// Without any metadata; JPEG loses what lets something through. Nothing: more than `most` bytes, or not in this
  /// format.
  std::optional<std::string> encode(const Coding& coding, std::size_t most) const;

 private:
  using Handle = std::unique_ptr<gdImageStruct, void (*)(gdImageStruct*)>;
  explicit Picture(Handle image) : image_(std::move(image)) {}
  Picture turned(int orientation) const;

  Handle image_;
};

}  // namespace im::picture
