#include "tools/picture/picture.hpp"

#include <algorithm>
#include <gd.h>
#include <new>

#include "tools/picture/bounded_bytes.hpp"
#include "tools/picture/exif.hpp"

namespace im::picture {

namespace {

/// WebP takes a second for few of them.
constexpr std::int64_t kMostWebpPixels = 16'000'000;
constexpr int kMostWebpSide = 16'383;

bool is_jpeg(std::string_view file) { return file.starts_with("\xff\xd8\xff"); }
bool is_png(std::string_view file) { return file.starts_with("\x89PNG\r\n\x1a\n"); }
bool is_gif(std::string_view file) { return file.starts_with("GIF87a") || file.starts_with("GIF89a"); }
bool is_webp(std::string_view file) { return file.starts_with("RIFF") && file.substr(8).starts_with("WEBPVP8"); }

/// `count` bytes at `at`, low first or high first; 0 beyond the end.
int bytes_at(std::string_view file, std::size_t at, std::size_t count, bool low_first) {
  if (at + count > file.size()) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<unsigned char>(file[low_first ? at + count - 1 - i : at + i]);
  return static_cast<int>(value & 0x7fffffffU);
}

/// Of the frame header (SOF0 to SOF15, but DHT, JPG and DAC).
Size jpeg_size(std::string_view file) {
  std::size_t at = 2;
  while (at + 9 <= file.size() && file[at] == '\xff') {
    const auto marker = static_cast<unsigned char>(file[at + 1]);
    if (marker == 0xff) {
      ++at;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
      return {bytes_at(file, at + 7, 2, false), bytes_at(file, at + 5, 2, false)};
    at += 2 + static_cast<std::size_t>(bytes_at(file, at + 2, 2, false));
  }
  return {};
}

/// RFC 9649: extended, lossless, lossy.
Size webp_size(std::string_view file) {
  const std::string_view chunk = file.substr(12, 4);
  if (chunk == "VP8X") return {bytes_at(file, 24, 3, true) + 1, bytes_at(file, 27, 3, true) + 1};
  if (chunk == "VP8L") {
    const int bits = bytes_at(file, 21, 4, true);
    return {(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
  }
  return {bytes_at(file, 26, 2, true) & 0x3fff, bytes_at(file, 28, 2, true) & 0x3fff};
}

gdImagePtr decoded(std::string_view file) {
  const auto size = static_cast<int>(file.size());
  auto* bytes = const_cast<char*>(file.data());  // gd does not write there
  if (is_jpeg(file)) return gdImageCreateFromJpegPtrEx(size, bytes, 0);
  if (is_png(file)) return gdImageCreateFromPngPtr(size, bytes);
  if (is_gif(file)) return gdImageCreateFromGifPtr(size, bytes);
  return is_webp(file) ? gdImageCreateFromWebpPtr(size, bytes) : nullptr;
}

gdImagePtr blank(int width, int height) {
  gdImagePtr image = gdImageCreateTrueColor(width, height);
  if (image == nullptr) throw std::bad_alloc();
  gdImageAlphaBlending(image, 0);
  gdImageSaveAlpha(image, 1);
  return image;
}

/// Where the pixel (x, y) of the turned picture lies in one of `from`.
Size source_of(int orientation, int x, int y, const Size& from) {
  const int right = from.width - 1, bottom = from.height - 1;
  switch (orientation) {
    case 2:
      return {right - x, y};
    case 3:
      return {right - x, bottom - y};
    case 4:
      return {x, bottom - y};
    case 5:
      return {y, x};
    case 6:
      return {y, bottom - x};
    case 7:
      return {right - y, bottom - x};
    case 8:
      return {right - y, x};
    default:
      return {x, y};
  }
}

bool is_for_webp(const Size& size) {
  return size.width <= kMostWebpSide && size.height <= kMostWebpSide &&
         std::int64_t{size.width} * size.height <= kMostWebpPixels;
}

}  // namespace

std::optional<Size> Picture::stated_size(std::string_view file) {
  if (is_jpeg(file)) return jpeg_size(file);
  if (is_png(file)) return Size{bytes_at(file, 16, 4, false), bytes_at(file, 20, 4, false)};
  if (is_gif(file)) return Size{bytes_at(file, 6, 2, true), bytes_at(file, 8, 2, true)};
  if (is_webp(file)) return webp_size(file);
  return std::nullopt;
}

std::optional<Picture> Picture::decode(std::string_view file) {
  Handle image(decoded(file), &gdImageDestroy);
  if (!image) return std::nullopt;
  if (gdImageTrueColor(image.get()) == 0 && gdImagePaletteToTrueColor(image.get()) == 0) return std::nullopt;
  Picture picture(std::move(image));
  const int orientation = is_jpeg(file) ? orientation_of(file) : 1;
  return orientation == 1 ? std::move(picture) : picture.turned(orientation);
}

Size Picture::size() const { return {gdImageSX(image_.get()), gdImageSY(image_.get())}; }

bool Picture::has_alpha() const {
  const Size all = size();
  for (int y = 0; y < all.height; ++y)
    for (int x = 0; x < all.width; ++x)
      if (gdTrueColorGetAlpha(gdImageTrueColorPixel(image_.get(), x, y)) != gdAlphaOpaque) return true;
  return false;
}

Picture Picture::turned(int orientation) const {
  const Size from = size();
  const bool swaps = orientation >= 5;
  Handle to(blank(swaps ? from.height : from.width, swaps ? from.width : from.height), &gdImageDestroy);
  for (int y = 0; y < gdImageSY(to.get()); ++y) {
    for (int x = 0; x < gdImageSX(to.get()); ++x) {
      const Size at = source_of(orientation, x, y, from);
      gdImageTrueColorPixel(to.get(), x, y) = gdImageTrueColorPixel(image_.get(), at.width, at.height);
    }
  }
  return Picture(std::move(to));
}

Picture Picture::fitted(int most) const {
  const Size from = size();
  const double scale = std::min(1.0, static_cast<double>(most) / std::max(from.width, from.height));
  const int width = std::max(1, static_cast<int>(from.width * scale + 0.5));
  const int height = std::max(1, static_cast<int>(from.height * scale + 0.5));
  Handle to(blank(width, height), &gdImageDestroy);
  gdImageCopyResampled(to.get(), image_.get(), 0, 0, 0, 0, width, height, from.width, from.height);
  return Picture(std::move(to));
}

std::optional<std::string> Picture::encode(const Coding& coding, std::size_t most) const {
  BoundedBytes bytes(most);
  switch (coding.format) {
    case Coding::Format::kJpeg:
      gdImageJpegCtx(image_.get(), bytes.door(), coding.level);
      break;
    case Coding::Format::kPng:
      gdImageSaveAlpha(image_.get(), 1);
      gdImagePngCtxEx(image_.get(), bytes.door(), coding.level);
      break;
    case Coding::Format::kWebp:
      if (!is_for_webp(size())) return std::nullopt;
      gdImageWebpCtx(image_.get(), bytes.door(), coding.level);
      break;
  }
  return bytes.take(coding.format);
}

}  // namespace im::picture
