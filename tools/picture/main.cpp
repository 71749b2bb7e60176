// im-picture OUT: reads a picture of an outsider from stdin and writes OUT.file, OUT.small and OUT.large, new files
// without anything of the old one but its pixels, and their sizes to stdout: "image/jpeg W H W H W H". A process of its
// own, because decoders have faults. Ends with 0: done; 3: no picture that can be decoded; 4: too many pixels; 1: our
// fault.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tools/picture/limits.hpp"
#include "tools/picture/picture.hpp"

namespace {

using im::picture::Picture;
using im::picture::Size;

constexpr std::int64_t kMostPixels = 40'000'000;
constexpr int kMostSide = 30'000;
constexpr int kSmall = 320, kLarge = 1280;
enum Exit { kDone = 0, kFault = 1, kUsage = 2, kNoPicture = 3, kTooLarge = 4 };

bool write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file.good();
}

int write_all(const Picture& picture, const std::string& out) {
  const bool alpha = picture.has_alpha();
  std::string said = alpha ? "image/png" : "image/jpeg";
  const auto add = [&](const Picture& one, const char* variant) {
    said += " " + std::to_string(one.size().width) + " " + std::to_string(one.size().height);
    return write_file(out + "." + variant, one.encode(alpha));
  };
  if (!add(picture, "file") || !add(picture.fitted(kSmall), "small") || !add(picture.fitted(kLarge), "large"))
    return kFault;
  std::cout << said << "\n";
  return kDone;
}

int convert(const std::string& out) {
  const std::string file{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  const auto stated = Picture::stated_size(file);
  if (!stated || stated->width <= 0 || stated->height <= 0) return kNoPicture;
  if (stated->width > kMostSide || stated->height > kMostSide ||
      std::int64_t{stated->width} * stated->height > kMostPixels)
    return kTooLarge;
  const auto picture = Picture::decode(file);
  return picture ? write_all(*picture, out) : static_cast<int>(kNoPicture);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: im-picture OUT <PICTURE\n", stderr);
    return kUsage;
  }
  if (!im::picture::limit_this_process() || !im::picture::end_with_the_caller()) return kFault;
  try {
    return convert(argv[1]);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "im-picture: %s\n", thrown.what());
    return kNoPicture;
  }
}
