#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace im {

/// N short texts that are set together and then stay, in one piece of the heap: 8 bytes here, and there one byte more
/// than each text has (two from 128 bytes on). N strings would cost 32 bytes each, and a piece of the heap for each
/// with more than 15. Not copied by accident. One thread at a time.
template <std::size_t N>
class PackedText {
 public:
  using Texts = std::array<std::string_view, N>;

  PackedText() = default;  ///< N empty texts
  /// The texts may point into another PackedText, also into the one that is assigned to.
  explicit PackedText(const Texts& texts) {
    if (std::ranges::all_of(texts, [](std::string_view text) { return text.empty(); })) return;
    std::size_t size = 0;
    for (const std::string_view text : texts) size += length_bytes(text.size()) + text.size();
    bytes_ = std::make_unique_for_overwrite<char[]>(size);
    char* out = bytes_.get();
    for (const std::string_view text : texts) out = write_length(out, text.size());
    for (const std::string_view text : texts) out = std::ranges::copy(text, out).out;
  }

  /// Valid until this object changes or goes.
  std::string_view get(std::size_t index) const {
    if (!bytes_) return {};
    return all()[index];
  }
  Texts all() const {
    Texts texts{};
    if (!bytes_) return texts;
    const char* in = bytes_.get();
    std::array<std::size_t, N> sizes{};
    for (std::size_t& size : sizes) in = read_length(in, size);
    for (std::size_t i = 0; i < N; ++i) {
      texts[i] = {in, sizes[i]};
      in += sizes[i];
    }
    return texts;
  }
  /// What it asked of the heap.
  std::size_t heap_bytes() const {
    if (!bytes_) return 0;
    const std::string_view last = all().back();
    return static_cast<std::size_t>(last.data() + last.size() - bytes_.get());
  }

 private:
  /// Seven bits a byte, the lowest first; the highest bit says that more come.
  static std::size_t length_bytes(std::size_t length) {
    std::size_t bytes = 1;
    for (; length >= 0x80; length >>= 7) ++bytes;
    return bytes;
  }
  static char* write_length(char* out, std::size_t length) {
    for (; length >= 0x80; length >>= 7) *out++ = static_cast<char>(length | 0x80);
    *out++ = static_cast<char>(length);
    return out;
  }
  static const char* read_length(const char* in, std::size_t& length) {
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*in++);
      length |= std::size_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return in;
    }
  }

  std::unique_ptr<char[]> bytes_;
};

}  // namespace im
