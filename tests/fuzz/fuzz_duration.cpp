#include <array>
#include <string>

#include "logic/media/duration.hpp"
#include "tests/fuzz/check.hpp"

// The first byte says which container the rest is taken for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace im::logic::media;
  using im::fuzz::check;
  constexpr std::array<const char*, 4> kTypes = {"audio/ogg", "video/webm", "video/mp4", "audio/wav"};
  if (size == 0) return 0;
  const std::string_view input = im::fuzz::text_of(data + 1, size - 1);
  std::size_t reads = 0;
  const FileBytes file{input.size(), [&](std::uint64_t at, std::size_t count) {
                         ++reads;
                         return at > input.size() ? std::string() : std::string(input.substr(at, count));
                       }};
  const auto facts = container_facts(kTypes[data[0] % kTypes.size()], file);
  check(reads < 200, "reads are bounded");
  if (facts && facts->duration_ms)
    check(*facts->duration_ms >= 0 && *facts->duration_ms <= container::kLongestMs, "a time that a recording can have");
  return 0;
}
