#include <string>

#include "common/base/utf8.hpp"
#include "tests/fuzz/check.hpp"

using im::fuzz::check;

/// The same as a whole, byte by byte, and cut anywhere.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const bool valid = im::valid_utf8(input);
  im::Utf8Checker checker;
  bool good = true;
  for (std::size_t i = 0; i < size && good; ++i) good = checker.feed(input.substr(i, 1));
  check(valid == (good && checker.complete()), "pieces are judged as the whole");
  const std::string mended = im::to_utf8(input);
  check(im::valid_utf8(mended), "what is mended is valid");
  check(!valid || mended == input, "what is valid stays as it is");
  check(!im::plain_text(input) || valid, "plain text is UTF-8");
  for (std::size_t most = 0; valid && most <= size; ++most) {
    const std::string_view cut = im::cut_utf8(input, most);
    check(cut.size() <= most && im::valid_utf8(cut) && most - cut.size() < 4,
          "a cut is the longest that cuts no character");
  }
  std::size_t at = 0;
  for (std::size_t step = 1; at < size && step != 0; at += step) step = im::utf8_length(input.substr(at));
  check(at <= size && (!valid || at == size), "valid text is characters to its end");
  return 0;
}
