#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace im::logic::media::test_pictures {

/// Codes of 9 bits, low bits first, in blocks of at most 255 bytes.
class GifCodes {
 public:
  void add(unsigned code) {
    bits_ |= code << count_;
    for (count_ += 9; count_ >= 8; count_ -= 8, bits_ >>= 8) bytes_ += static_cast<char>(bits_ & 0xff);
  }
  std::string blocks() {
    bytes_ += static_cast<char>(bits_);
    std::string out;
    for (std::size_t at = 0; at < bytes_.size(); at += 255) {
      const std::string block = bytes_.substr(at, 255);
      out += static_cast<char>(block.size());
      out += block;
    }
    return out + '\0';
  }

 private:
  std::string bytes_;
  unsigned bits_ = 0, count_ = 0;
};

/// A square of noise in 256 colours: whatever is made of it has many bytes. `see_through`: one of the colours is.
inline std::string noise_gif(std::uint16_t side, bool see_through) {
  constexpr unsigned kClear = 256, kEnd = 257, kBetweenClears = 250;
  std::mt19937 random(1);
  const std::string size{static_cast<char>(side), static_cast<char>(side >> 8)};
  std::string gif = "GIF89a" + size + size + std::string("\xf7\0\0", 3);
  for (int i = 0; i < 3 * 256; ++i) gif += static_cast<char>(random());
  if (see_through) gif += std::string("\x21\xf9\x04\x01\0\0\0\0", 8);
  gif += std::string("\x2c\0\0\0\0", 5) + size + size + std::string("\0\x08", 2);
  GifCodes codes;
  for (unsigned i = 0; i < unsigned{side} * side; ++i) {
    if (i % kBetweenClears == 0) codes.add(kClear);
    codes.add(random() & 0xff);
  }
  codes.add(kEnd);
  return gif + codes.blocks() + ";";
}

}  // namespace im::logic::media::test_pictures
