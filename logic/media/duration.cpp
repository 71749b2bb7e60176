#include "logic/media/duration.hpp"

#include <algorithm>
#include <cmath>

#include "logic/media/duration_mp4.hpp"
#include "logic/media/duration_webm.hpp"

namespace im::logic::media {

namespace container {

namespace {

constexpr std::size_t kHeaderBytes = 1024, kTailBytes = 65'307;  // the longest Ogg page
constexpr std::size_t kPageHead = 27;
constexpr std::uint64_t kNoGranule = ~std::uint64_t{0};

/// Samples a second, and what is to be taken off the last position.
struct OggCodec {
  std::uint64_t rate = 0, skip = 0;
};

OggCodec ogg_codec(std::string_view page) {
  const std::string_view packet = page.substr(std::min(page.size(), kPageHead + big(page, 26, 1)));
  if (packet.starts_with("OpusHead")) return {48'000, little(packet, 10, 2)};
  if (packet.starts_with("\x01vorbis")) return {little(packet, 12, 4), 0};
  return {};
}

}  // namespace

std::uint64_t big(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  if (at > bytes.size() || count > bytes.size() - at) return 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  if (at > bytes.size() || count > bytes.size() - at) return 0;
  for (std::size_t i = count; i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

std::optional<std::int64_t> milliseconds(std::uint64_t units, std::uint64_t rate) {
  if (rate == 0) return std::nullopt;
  const double ms = static_cast<double>(units) * 1000.0 / static_cast<double>(rate);
  if (!(ms >= 0 && ms <= static_cast<double>(kLongestMs))) return std::nullopt;
  return std::llround(ms);
}

namespace {

/// The position of the last page of the first stream.
std::optional<ContainerFacts> read_ogg(const FileBytes& file) {
  const std::string head = file.read(0, kHeaderBytes);
  if (!head.starts_with("OggS") || head.size() < kPageHead) return std::nullopt;
  const OggCodec codec = ogg_codec(head);
  if (codec.rate == 0) return std::nullopt;
  const std::string tail = file.read(file.size - std::min<std::uint64_t>(file.size, kTailBytes), kTailBytes);
  const std::string_view serial = std::string_view(head).substr(14, 4);
  std::size_t at = tail.rfind("OggS");
  for (; at != std::string::npos; at = at == 0 ? std::string::npos : tail.rfind("OggS", at - 1)) {
    if (tail.compare(at + 14 <= tail.size() ? at + 14 : tail.size(), 4, serial) != 0) continue;
    const std::uint64_t granule = little(tail, at + 6, 8);
    if (granule == kNoGranule) continue;
    return ContainerFacts{milliseconds(granule - std::min(granule, codec.skip), codec.rate)};
  }
  return ContainerFacts{};
}

std::optional<ContainerFacts> read_wav(const FileBytes& file) {
  const std::string head = file.read(0, kHeaderBytes);
  if (!head.starts_with("RIFF") || head.size() < 44) return std::nullopt;
  const std::uint64_t bytes_a_second = little(head, 28, 4);
  if (bytes_a_second == 0) return std::nullopt;
  const std::size_t data = head.find("data", 20);
  if (data == std::string::npos) return ContainerFacts{};
  const std::uint64_t stated = little(head, data + 4, 4);
  return ContainerFacts{milliseconds(std::min(stated, file.size - data - 8), bytes_a_second)};
}

}  // namespace
}  // namespace container

std::optional<ContainerFacts> container_facts(const std::string& mime, const FileBytes& file) {
  if (mime.ends_with("/ogg")) return container::read_ogg(file);
  if (mime.ends_with("/webm")) return container::read_webm(file);
  if (mime.ends_with("/mp4")) return container::read_mp4(file);
  if (mime == "audio/wav") return container::read_wav(file);
  return ContainerFacts{};
}

}  // namespace im::logic::media
