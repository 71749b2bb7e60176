#include "tools/imctl/output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/base64.hpp"
#include "common/base/code_point.hpp"
#include "common/base/utf8.hpp"

namespace im::imctl {

namespace json = boost::json;

namespace {

struct Range {
  std::uint32_t from, to;
};
/// What moves a terminal's cursor, colours it, ends its line, turns its text around or is not seen at all.
constexpr Range kHarmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},         // C0 with ESC and line breaks, DEL, C1
    {0x61c, 0x61c},   {0x200b, 0x200b},     // Arabic letter mark, zero width space
    {0x200e, 0x200f}, {0x2028, 0x202e},     // marks of direction, line and paragraph separators, bidi embeddings
    {0x2060, 0x206f}, {0xfeff, 0xfeff},     // invisible operators, bidi isolates, byte order mark
    {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};  // annotations, tags

bool harmless(std::uint32_t point) {
  return std::none_of(std::begin(kHarmful), std::end(kHarmful),
                      [point](const Range& range) { return range.from <= point && point <= range.to; });
}

std::string escaped(std::uint32_t point) {
  if (point == '\n') return "\\n";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), point < 0x80 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(point));
  return text.data();
}

/// Characters, not bytes: what a column is wide as.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [to, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && to == end && number >= 0 ? std::optional(number) : std::nullopt;
}

std::vector<Row> printable_rows(const std::vector<Row>& rows) {
  std::vector<Row> out = rows;
  for (Row& row : out) {
    for (std::string& text : row) text = text.empty() ? "-" : printable(text);
  }
  return out;
}

}  // namespace

std::string table(const std::vector<Row>& given) {
  const std::vector<Row> rows = printable_rows(given);
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 1);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] + 2 - width_of(row[i]), ' ');
    }
    out += '\n';
  }
  return out;
}

std::string cell(const json::value& object, std::string_view name) {
  if (!object.is_object()) return "";
  const json::value* value = object.get_object().if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string().c_str()) : json::serialize(*value);
}

std::string printable(std::string_view text) {
  if (!valid_utf8(text)) return "base64:" + base64(text);
  std::string out;
  while (!text.empty()) {
    const CodePoint point = code_point(text);
    out += harmless(point.value) ? std::string(text.substr(0, point.size)) : escaped(point.value);
    text.remove_prefix(point.size);
  }
  return out;
}

std::string clock_text(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", local.tm_hour, local.tm_min, local.tm_sec,
                static_cast<int>(ms % 1000));
  return text.data();
}

std::string time_text(const std::string& ms) {
  const auto number = number_in(ms);
  if (!number) return ms;
  if (*number == 0) return "";
  const std::time_t seconds = *number / 1000;
  std::tm utc{};
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &utc) == nullptr) return ms;
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

std::string word_of(const Words& words, const std::string& number) {
  const auto at = number_in(number);
  return at && *at > 0 && static_cast<std::size_t>(*at) <= words.size() ? words[*at - 1] : number;
}

std::string message_json(std::int64_t time_ms, std::int32_t op, std::int32_t seq, std::string_view body) {
  json::object out{{"time_ms", time_ms}, {"op", op}, {"seq", seq}};
  if (valid_utf8(body)) {
    out["body"] = json::string_view(body.data(), body.size());
  } else {
    out["body_base64"] = base64(body);
  }
  return json::serialize(out);
}

}  // namespace im::imctl
