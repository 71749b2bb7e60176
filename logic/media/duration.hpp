#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace im::logic::media {

/// Bytes of a file: those of [at, at + count) that there are.
struct FileBytes {
  std::uint64_t size = 0;
  std::function<std::string(std::uint64_t at, std::size_t count)> read;
};

/// What the headers of a container say.
struct ContainerFacts {
  std::optional<std::int64_t> duration_ms;  ///< nothing: the container does not say
};
/// Reads Ogg (RFC 3533), WebM (RFC 9559), MP4 (ISO 14496-12) and WAV, by `mime`. At most some hundred reads and about a
/// MiB of them, whatever the bytes say. Nothing: it is none, or broken; other types have no facts and are not read.
std::optional<ContainerFacts> container_facts(const std::string& mime, const FileBytes& file);

namespace container {

constexpr std::int64_t kLongestMs = 100LL * 24 * 3600 * 1000;

/// Numbers out of bytes; beyond the end they are 0.
std::uint64_t big(std::string_view bytes, std::size_t at, std::size_t count);
std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t count);
/// `units` of `rate` a second, in milliseconds; nothing when that is no time a recording can have.
std::optional<std::int64_t> milliseconds(std::uint64_t units, std::uint64_t rate);

}  // namespace container
}  // namespace im::logic::media
