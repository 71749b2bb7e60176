#include "tools/picture/bounded_bytes.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace im::picture {

namespace {

/// The chunk IEND of no bytes, with its checksum.
constexpr std::string_view kPngEnd("\0\0\0\0IEND\xae\x42\x60\x82", 12);
constexpr std::string_view kJpegEnd("\xff\xd9");
constexpr std::size_t kRiffHead = 8;

/// The length that a RIFF file says of itself, low byte first; what follows its head, padded to an even number.
std::size_t riff_size(std::string_view file) {
  std::uint32_t value = 0;
  for (std::size_t at = kRiffHead; at > kRiffHead - 4; --at)
    value = value << 8 | static_cast<unsigned char>(file[at - 1]);
  return value;
}

bool is_whole(std::string_view file, Coding::Format format) {
  switch (format) {
    case Coding::Format::kJpeg:
      return file.ends_with(kJpegEnd);
    case Coding::Format::kPng:
      return file.ends_with(kPngEnd);
    case Coding::Format::kWebp:
      return file.size() > kRiffHead && file.starts_with("RIFF") && riff_size(file) == file.size() - kRiffHead;
  }
  return false;
}

}  // namespace

BoundedBytes::BoundedBytes(std::size_t most) : most_(most) {
  door_.data = this;
  door_.putBuf = &BoundedBytes::put;
  door_.putC = &BoundedBytes::put_one;
}

int BoundedBytes::put(gdIOCtx* context, const void* from, int count) {
  BoundedBytes& self = *static_cast<BoundedBytes*>(context->data);
  const auto more = static_cast<std::size_t>(count);
  self.is_over_ = self.is_over_ || more > self.most_ - self.bytes_.size();
  if (self.is_over_) return 0;
  self.bytes_.append(static_cast<const char*>(from), more);
  return count;
}

void BoundedBytes::put_one(gdIOCtx* context, int byte) {
  const char one = static_cast<char>(byte);
  put(context, &one, 1);
}

std::optional<std::string> BoundedBytes::take(Coding::Format format) {
  if (is_over_ || !is_whole(bytes_, format)) return std::nullopt;
  return std::move(bytes_);
}

}  // namespace im::picture
