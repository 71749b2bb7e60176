#include "logic/media/duration_mp4.hpp"

namespace im::logic::media::container {

namespace {

constexpr int kMostBoxes = 64;

struct Box {
  std::string name;
  std::uint64_t content = 0, end = 0;
};

/// The box at `at`, inside of `end`; nothing: there is none.
std::optional<Box> box_at(const FileBytes& file, std::uint64_t at, std::uint64_t end) {
  if (at > end || end - at < 8) return std::nullopt;
  const std::string head = file.read(at, 16);
  if (head.size() < 8) return std::nullopt;
  std::uint64_t size = big(head, 0, 4);
  std::uint64_t used = 8;
  if (size == 1) {
    size = big(head, 8, 8);
    used = 16;
  } else if (size == 0) {
    size = end - at;  // up to the end
  }
  if (size < used || size > end - at) return std::nullopt;
  return Box{head.substr(4, 4), at + used, at + size};
}

std::optional<Box> find_box(const FileBytes& file, const Box& in, std::string_view name) {
  std::uint64_t at = in.content;
  for (int i = 0; i < kMostBoxes; ++i) {
    auto box = box_at(file, at, in.end);
    if (!box || box->name == name) return box;
    at = box->end;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ContainerFacts> read_mp4(const FileBytes& file) {
  const auto moov = find_box(file, {"", 0, file.size}, "moov");
  const auto header = moov ? find_box(file, *moov, "mvhd") : std::nullopt;
  if (!header) return std::nullopt;
  const std::string bytes = file.read(header->content, 32);
  const bool is_long = big(bytes, 0, 1) == 1;
  const std::uint64_t rate = big(bytes, is_long ? 20 : 12, 4);
  const std::uint64_t units = is_long ? big(bytes, 24, 8) : big(bytes, 16, 4);
  if (rate == 0) return std::nullopt;
  // One in fragments says 0: it was written before its end was known.
  return ContainerFacts{units == 0 ? std::nullopt : milliseconds(units, rate)};
}

}  // namespace im::logic::media::container
