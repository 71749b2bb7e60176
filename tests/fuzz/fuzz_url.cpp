#include <string>

#include "common/http/url.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using im::fuzz::check;

std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

void check_decode(std::string_view input, bool plus_is_space) {
  const auto decoded = im::http::percent_decode(input, plus_is_space);
  if (!decoded) {
    check(input.find('%') != std::string_view::npos, "only an escape can be bad");
    return;
  }
  check(decoded->size() <= input.size(), "decoding does not grow");
  check(im::http::percent_decode(encoded(*decoded), plus_is_space) == *decoded, "decodes its own encoding");
}

void check_query(std::string_view input) {
  const auto query = im::http::parse_query(input);
  if (!query) return;
  std::string again;
  for (const auto& [name, value] : *query) {
    if (!again.empty()) again += '&';
    again += encoded(name) + "=" + encoded(value);
  }
  check(im::http::parse_query(again) == query, "parses its own writing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);  // no terminator: reading over the end is seen
  check_decode(input, false);
  check_decode(input, true);
  check_query(input);
  return 0;
}
