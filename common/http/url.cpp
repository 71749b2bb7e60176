#include "common/http/url.hpp"

#include <algorithm>

#include "common/http/text.hpp"

namespace im::http {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool FormFields::next() {
  std::string_view item;
  while (item.empty()) {
    if (rest_.empty()) return false;
    item = rest_.substr(0, rest_.find('&'));
    rest_.remove_prefix(std::min(item.size() + 1, rest_.size()));
  }
  const std::size_t equals = std::min(item.find('='), item.size());
  auto name = percent_decode(item.substr(0, equals), true);
  ok_ = name && left_ > 0;
  if (!ok_) return false;
  --left_;
  name_ = std::move(*name);
  value_ = item.substr(std::min(equals + 1, item.size()));
  return true;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> result;
  FormFields fields(query, query.size());
  while (fields.next()) {
    auto value = fields.value();
    if (!value) return std::nullopt;
    result.emplace_back(fields.name(), std::move(*value));
  }
  if (!fields.ok()) return std::nullopt;
  return result;
}

std::optional<Target> split_target(std::string_view target) {
  Target out;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_any_case(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    out.authority = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(out.authority.size());
    if (out.authority.empty() || out.authority.find('@') != std::string_view::npos) return std::nullopt;
    break;
  }
  const bool absolute = !out.authority.empty();
  out.path = target.substr(0, target.find('?'));
  if (out.path.size() < target.size()) out.query = target.substr(out.path.size() + 1);
  if (absolute && out.path.empty()) out.path = "/";
  if (out.path.starts_with('/') || (target == "*" && !absolute)) return out;
  return std::nullopt;
}

}  // namespace im::http
