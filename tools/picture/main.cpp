// im-picture OUT MOST: reads a picture of an outsider from stdin and writes OUT.file, OUT.small and OUT.large, new
// files without anything of the old one but its pixels, at most MOST bytes together, and their sizes to stdout:
// "image/jpeg W H W H W H". A process of its own, because decoders have faults. Ends with 0: done; 3: no picture that
// can be decoded; 4: too many pixels; 1: our fault.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "tools/picture/limits.hpp"
#include "tools/picture/picture.hpp"
#include "tools/picture/variants.hpp"

namespace {

using im::picture::Picture;
using im::picture::Size;
using im::picture::Variants;

constexpr std::int64_t kMostPixels = 40'000'000;
constexpr int kMostSide = 30'000;
enum Exit { kDone = 0, kFault = 1, kUsage = 2, kNoPicture = 3, kTooLarge = 4 };

bool write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file.good();
}

int write_all(const Variants& made, const std::string& out) {
  std::string said = made.mime;
  const auto add = [&](const Variants::One& one, const char* variant) {
    said += " " + std::to_string(one.size.width) + " " + std::to_string(one.size.height);
    return write_file(out + "." + variant, one.bytes);
  };
  if (!add(made.file, "file") || !add(made.small, "small") || !add(made.large, "large")) return kFault;
  std::cout << said << "\n";
  return kDone;
}

int convert(const std::string& out, std::size_t most) {
  const std::string file{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const auto stated = Picture::stated_size(file);
  if (!stated || stated->width <= 0 || stated->height <= 0) return kNoPicture;
  if (stated->width > kMostSide || stated->height > kMostSide ||
      std::int64_t{stated->width} * stated->height > kMostPixels)
    return kTooLarge;
  auto picture = Picture::decode(file);
  const auto made = picture ? im::picture::variants_of(std::move(*picture), most) : std::nullopt;
  return made ? write_all(*made, out) : static_cast<int>(kNoPicture);
}

/// 0: no number.
std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t most = argc == 3 ? number_in(argv[2]) : 0;
  if (most == 0) {
    std::fputs("usage: im-picture OUT MOST_BYTES <PICTURE\n", stderr);
    return kUsage;
  }
  if (!im::picture::limit_this_process(most) || !im::picture::end_with_the_caller()) return kFault;
  try {
    return convert(argv[1], most);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "im-picture: %s\n", thrown.what());
    return kNoPicture;
  }
}
