// A pattern and a path, one a line: what matches is the pattern with its braces filled in.
#include <stdexcept>
#include <string>

#include "common/http/route_pattern.hpp"
#include "common/http/static_folder.hpp"
#include "common/http/url.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using im::fuzz::check;

void check_match(const im::http::RoutePattern& pattern, std::string_view path) {
  const auto captures = pattern.match(path);
  if (!captures) return;
  check(path.starts_with('/'), "a path begins with a slash");
  std::string_view text = pattern.text();
  std::size_t braces = 0;
  for (const char c : text) braces += c == '{' ? 1 : 0;
  check(captures->size() == braces, "every brace takes something");
  if (braces == 0) check(text == path, "literals are compared byte by byte");
  for (const auto& [name, value] : *captures) check(value.size() <= path.size(), "decoding does not grow");
}

void check_name(std::string_view name) {
  if (!im::http::is_safe_name(name)) return;
  const std::string slashed = "/" + std::string(name) + "/";
  check(slashed.find("/../") == std::string::npos && slashed.find("//") == std::string::npos, "stays in its folder");
  check(slashed.find("/.") == std::string::npos && slashed.find('\0') == std::string::npos, "no hidden part");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view path = input.substr(std::min(end + 1, input.size()));
  check_name(path);
  im::http::split_target(path);
  try {
    check_match(im::http::RoutePattern(input.substr(0, end)), path);
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
