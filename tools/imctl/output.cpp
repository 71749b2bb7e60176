#include "tools/imctl/output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/base64.hpp"
#include "common/base/utf8.hpp"

namespace im::imctl {

namespace json = boost::json;

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 1);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = row[i].empty() ? "-" : row[i];
      out += text;
      if (i + 1 < row.size()) out.append(widths[i] + 2 - text.size(), ' ');
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

std::string printable(std::string_view body) {
  if (!valid_utf8(body)) return "base64:" + base64(body);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : body) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
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
