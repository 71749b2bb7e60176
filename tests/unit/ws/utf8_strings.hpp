#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace im::ws {

struct Utf8String {
  bool valid;
  std::string bytes;
};

/// The strings of cases 6.5 to 6.23 of the Autobahn test suite, after Markus Kuhn's UTF-8 decoder test.
inline std::vector<Utf8String> utf8_strings() {
  using namespace std::string_literals;
  std::vector<Utf8String> all;
  const auto add = [&all](bool valid, std::vector<std::string> strings) {
    for (auto& bytes : strings) all.push_back({valid, std::move(bytes)});
  };
  const std::string kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
  add(true, {"hello\x24world", "hello\xc2\xa2world", "hello\xe2\x82\xacworld", "hello\xf0\xa4\xad\xa2world", kosme});
  for (std::size_t size = 1; size <= kosme.size(); ++size) {
    const bool whole = size == 2 || size == 5 || size == 7 || size == 9 || size == 11;
    add(whole, {kosme.substr(0, size)});
  }
  add(true, {"\0"s, "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"});
  add(false, {"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"});
  add(true, {"\x7f", "\xdf\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"});
  add(false, {"\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf"});
  add(true, {"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"});
  add(false, {"\xf4\x90\x80\x80"});
  std::string continuations;
  for (int byte = 0x80; byte < 0xbf; ++byte) continuations += static_cast<char>(byte);
  add(false, {"\x80", "\xbf", "\x80\xbf", "\x80\xbf\x80", "\x80\xbf\x80\xbf", "\x80\xbf\x80\xbf\x80",
              "\x80\xbf\x80\xbf\x80\xbf", continuations});
  for (int byte = 0xc0; byte <= 0xfd; ++byte) add(false, {std::string{static_cast<char>(byte), ' '}});
  const std::vector<std::string> cut = {
      "\xc0",     "\xe0\x80",     "\xf0\x80\x80",     "\xf8\x80\x80\x80",     "\xdf",
      "\xef\xbf", "\xf7\xbf\xbf", "\xfb\xbf\xbf\xbf", "\xfc\x80\x80\x80\x80", "\xfd\xbf\xbf\xbf\xbf"};
  add(false, cut);
  std::string joined;
  for (const auto& part : cut) joined += part;
  add(false, {joined, "\xfe", "\xff", "\xfe\xfe\xff\xff"});
  add(false, {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xfc\x80\x80\x80\x80\xaf"});
  add(false, {"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf", "\xfc\x83\xbf\xbf\xbf\xbf"});
  add(false, {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80", "\xfc\x80\x80\x80\x80\x80"});
  const std::vector<std::string> high = {"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf"};
  const std::vector<std::string> low = {"\xed\xb0\x80", "\xed\xbe\x80", "\xed\xbf\xbf"};
  add(false, high);
  add(false, low);
  for (const auto& first : high) add(false, {first + low.front(), first + low.back()});
  // Non-characters are well-formed.
  add(true, {"\xef\xbf\xbe", "\xef\xbf\xbf", "\xf0\x9f\xbf\xbe", "\xf0\x9f\xbf\xbf", "\xf0\xaf\xbf\xbe",
             "\xf1\x8f\xbf\xbf", "\xf2\xbf\xbf\xbe", "\xf3\xbf\xbf\xbf", "\xf4\x8f\xbf\xbe", "\xf4\x8f\xbf\xbf"});
  add(true, {"\xef\xbf\xb9", "\xef\xbf\xba", "\xef\xbf\xbb", "\xef\xbf\xbc", "\xef\xbf\xbd"});
  return all;
}

}  // namespace im::ws
