#include "tools/imctl/output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <iterator>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/base64.hpp"
#include "common/base/utf8.hpp"

namespace im::imctl {

namespace json = boost::json;

namespace {

/// Of one character of valid UTF-8.
char32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  char32_t point = character.size() == 1 ? first : first & (0x7fU >> character.size());
  for (const char next : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(next) & 0x3fU);
  return point;
}

struct Range {
  char32_t from, to;
};
/// What moves a terminal's cursor, colours it, ends its line, turns its text around or is not seen at all.
constexpr Range kHarmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},         // C0 with ESC and line breaks, DEL, C1
    {0x61c, 0x61c},   {0x200b, 0x200b},     // Arabic letter mark, zero width space
    {0x200e, 0x200f}, {0x2028, 0x202e},     // marks of direction, line and paragraph separators, bidi embeddings
    {0x2060, 0x206f}, {0xfeff, 0xfeff},     // invisible operators, bidi isolates, byte order mark
    {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};  // annotations, tags

bool harmless(char32_t point) {
  return std::none_of(std::begin(kHarmful), std::end(kHarmful),
                      [point](const Range& range) { return range.from <= point && point <= range.to; });
}

std::string escaped(char32_t point) {
  if (point == U'\n') return "\\n";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), point < 0x80 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(point));
  return text.data();
}

/// Characters, not bytes: what a column is wide as.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
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
    const std::size_t size = utf8_length(text);
    const char32_t point = code_point(text.substr(0, size));
    out += harmless(point) ? std::string(text.substr(0, size)) : escaped(point);
    text.remove_prefix(size);
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
