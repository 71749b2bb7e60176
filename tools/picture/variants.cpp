#include "tools/picture/variants.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace im::picture {

namespace {

constexpr int kSmall = 320, kLarge = 1280;
constexpr int kFewPixels = 16;  ///< of the longer side; fewer are no picture

/// As it is wanted, and where that has too many bytes.
using Codings = std::array<Coding, 2>;
constexpr Codings kOpaque{Coding{Coding::Format::kJpeg, 85}, Coding{Coding::Format::kJpeg, 60}};
constexpr Codings kSeeThrough{Coding{Coding::Format::kPng, 6}, Coding{Coding::Format::kWebp, 80}};

const char* mime_of(Coding::Format format) {
  switch (format) {
    case Coding::Format::kPng:
      return "image/png";
    case Coding::Format::kWebp:
      return "image/webp";
    default:
      return "image/jpeg";
  }
}

/// The largest one first: what does not fit is known soon.
std::optional<Variants> encoded(const Picture& picture, const Coding& coding, std::size_t most) {
  Variants made;
  made.mime = mime_of(coding.format);
  const auto add = [&](const Picture& one, Variants::One& to) {
    auto bytes = one.encode(coding, most);
    if (!bytes) return false;
    most -= bytes->size();
    to = {one.size(), std::move(*bytes)};
    return true;
  };
  if (!add(picture, made.file) || !add(picture.fitted(kLarge), made.large) || !add(picture.fitted(kSmall), made.small))
    return std::nullopt;
  return made;
}

}  // namespace

std::optional<Variants> variants_of(Picture picture, std::size_t most) {
  const Codings& codings = picture.has_alpha() ? kSeeThrough : kOpaque;
  if (auto made = encoded(picture, codings.front(), most)) return made;
  while (true) {
    if (auto made = encoded(picture, codings.back(), most)) return made;
    const Size size = picture.size();
    const int half = std::max(size.width, size.height) / 2;
    if (half < kFewPixels) return std::nullopt;
    picture = picture.fitted(half);
  }
}

}  // namespace im::picture
