// Input: the limit, what is inflated or compressed, or an offer of extensions.
#include <string>
#include <string_view>

#include "common/ws/deflate.hpp"
#include "common/ws/deflate_offer.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using im::fuzz::check;
  using im::ws::Inflater;
  static im::ws::Deflater deflater;
  static Inflater inflater;
  std::string_view input = im::fuzz::text_of(data, size);
  if (input.empty()) return 0;
  const std::size_t limit = std::size_t{1} << (static_cast<unsigned char>(input.front()) % 20U);
  input.remove_prefix(1);
  const auto outcome = inflater.inflate(input, limit);
  const std::string first(inflater.text());
  check(outcome != Inflater::Outcome::kDone || first.size() <= limit, "within its limit");
  check(first.size() <= limit + 16384, "no more than a piece beyond it is made");
  check(inflater.inflate(input, limit) == outcome && inflater.text() == first, "the same again: nothing is kept");
  const std::string packed(deflater.deflate(input));
  const bool large = input.size() > Inflater::kFree;
  check(inflater.inflate(packed, input.size()) == Inflater::Outcome::kDone || large, "what was compressed is taken");
  check(inflater.text() == input || large, "and is what it was");
  const std::string answer = im::ws::accept_deflate(input);
  check(answer.empty() || im::ws::accept_deflate(answer) == answer, "an answer is an offer that is taken as it is");
  return 0;
}
