#include "tools/picture/exif.hpp"

#include <cstddef>
#include <cstdint>

namespace im::picture {

namespace {

constexpr std::uint32_t kOrientation = 0x0112;
constexpr std::uint32_t kShort = 3;
constexpr std::uint32_t kMostTags = 512;

/// The TIFF structure inside of an Exif segment; every read is inside of it, or 0.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}
  bool good() const { return (little_ || bytes_.starts_with("MM")) && number(2, 2) == 42; }
  std::uint32_t number(std::size_t at, std::size_t count) const {
    if (at + count > bytes_.size()) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t from = little_ ? at + count - 1 - i : at + i;
      value = value << 8 | static_cast<unsigned char>(bytes_[from]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool little_;
};

int orientation_in(std::string_view segment) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  if (!segment.starts_with(kExif)) return 0;
  const Tiff tiff(segment.substr(kExif.size()));
  if (!tiff.good()) return 0;
  const std::size_t folder = tiff.number(4, 4);
  const std::uint32_t tags = tiff.number(folder, 2);
  for (std::uint32_t i = 0; i < tags && i < kMostTags; ++i) {
    const std::size_t at = folder + 2 + std::size_t{12} * i;
    if (tiff.number(at, 2) != kOrientation || tiff.number(at + 2, 2) != kShort) continue;
    const auto value = static_cast<int>(tiff.number(at + 8, 2));
    return value >= 1 && value <= 8 ? value : 0;
  }
  return 0;
}

std::size_t big16(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8 |
         static_cast<unsigned char>(bytes[at + 1]);
}

}  // namespace

int orientation_of(std::string_view jpeg) {
  constexpr unsigned char kApp1 = 0xe1, kScan = 0xda;
  std::size_t at = 2;  // after SOI
  while (at + 4 <= jpeg.size() && jpeg[at] == '\xff') {
    const auto marker = static_cast<unsigned char>(jpeg[at + 1]);
    const std::size_t size = big16(jpeg, at + 2);
    if (marker == kScan || size < 2 || at + 2 + size > jpeg.size()) break;
    if (marker == kApp1)
      if (const int found = orientation_in(jpeg.substr(at + 4, size - 2))) return found;
    at += 2 + size;
  }
  return 1;
}

}  // namespace im::picture
