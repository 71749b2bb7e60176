#include "logic/media/duration_webm.hpp"

#include <algorithm>
#include <bit>

namespace im::logic::media::container {

namespace {

constexpr std::uint64_t kSegment = 0x18538067, kInfo = 0x1549a966, kScale = 0x2ad7b1, kDuration = 0x4489;
constexpr std::uint64_t kTime = 0xe7, kBlock = 0xa3;
constexpr std::string_view kClusterBytes = "\x1f\x43\xb6\x75";
constexpr std::size_t kInfoHead = 64U * 1024, kClusterTail = 512U * 1024;
constexpr int kMostElements = 4096;
constexpr std::uint64_t kDefaultScale = 1'000'000;  // ns: times are milliseconds

/// An element of EBML; `size` is cut to what is there, and of an unknown size that is everything.
struct Element {
  std::uint64_t id = 0;
  std::size_t content = 0, size = 0;
};

/// A number whose first byte says how long it is; `keeps`: with the bit that says so. 0 bytes: none.
struct Number {
  std::uint64_t value = 0;
  std::size_t bytes = 0;
  bool unknown = false;
};
Number number_at(std::string_view bytes, std::size_t at, bool keeps) {
  if (at >= bytes.size() || bytes[at] == 0) return {};
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto count = static_cast<std::size_t>(std::countl_zero(first)) + 1;
  if (count > bytes.size() - at) return {};
  const std::uint64_t all = big(bytes, at, count);
  const std::uint64_t mask = (std::uint64_t{1} << (7 * count)) - 1;
  return {keeps ? all : all & mask, count, (all & mask) == mask};
}

std::optional<Element> element_at(std::string_view bytes, std::size_t at) {
  const Number id = number_at(bytes, at, true);
  if (id.bytes == 0 || id.bytes > 4) return std::nullopt;
  const Number size = number_at(bytes, at + id.bytes, false);
  if (size.bytes == 0) return std::nullopt;
  const std::size_t content = at + id.bytes + size.bytes;
  const std::size_t left = bytes.size() - content;
  return Element{id.value, content, size.unknown ? left : std::min<std::uint64_t>(size.value, left)};
}

std::optional<Element> find_element(std::string_view bytes, std::size_t from, std::size_t end, std::uint64_t id) {
  for (int i = 0; i < kMostElements && from < end; ++i) {
    const auto element = element_at(bytes, from);
    if (!element || element->id == id) return element;
    from = element->content + element->size;
  }
  return std::nullopt;
}

/// "4 or 8 bytes, IEEE 754"
double real_of(std::string_view bytes, const Element& element) {
  if (element.size == 4)
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big(bytes, element.content, 4))));
  return element.size == 8 ? std::bit_cast<double>(big(bytes, element.content, 8)) : 0;
}

/// The time of the last block in a cluster, in units of the scale.
std::optional<std::uint64_t> last_time(std::string_view cluster) {
  const auto self = element_at(cluster, 0);
  if (!self) return std::nullopt;
  std::optional<std::uint64_t> begin, last;
  std::size_t at = self->content;
  for (int i = 0; i < kMostElements; ++i) {
    const auto element = element_at(cluster, at);
    if (!element) break;
    if (element->id == kTime) begin = big(cluster, element->content, std::min<std::size_t>(element->size, 8));
    if (element->id == kBlock && begin) last = *begin + big(cluster, element->content + 1, 2);
    at = element->content + element->size;
  }
  return last ? last : begin;
}

/// What browsers record has no duration in its head: it was written before the end was known.
std::optional<std::int64_t> from_tail(const FileBytes& file, std::uint64_t scale) {
  const std::string tail = file.read(file.size - std::min<std::uint64_t>(file.size, kClusterTail), kClusterTail);
  const std::size_t at = tail.rfind(kClusterBytes);
  if (at == std::string::npos) return std::nullopt;
  const auto time = last_time(std::string_view(tail).substr(at));
  return time ? milliseconds(*time, 1'000'000'000 / std::max<std::uint64_t>(scale, 1)) : std::nullopt;
}

}  // namespace

std::optional<ContainerFacts> read_webm(const FileBytes& file) {
  const std::string head = file.read(0, kInfoHead);
  const auto segment = find_element(head, 0, head.size(), kSegment);
  if (!segment) return std::nullopt;
  const std::size_t end = segment->content + segment->size;
  const auto info = find_element(head, segment->content, end, kInfo);
  if (!info) return std::nullopt;
  const std::size_t info_end = info->content + info->size;
  const auto scaled = find_element(head, info->content, info_end, kScale);
  const std::uint64_t scale =
      scaled ? big(head, scaled->content, std::min<std::size_t>(scaled->size, 8)) : kDefaultScale;
  const auto said = find_element(head, info->content, info_end, kDuration);
  const double ms = said ? real_of(head, *said) * static_cast<double>(scale) / 1e6 : 0;
  if (ms > 0 && ms <= static_cast<double>(kLongestMs)) return ContainerFacts{static_cast<std::int64_t>(ms)};
  return ContainerFacts{from_tail(file, scale)};
}

}  // namespace im::logic::media::container
