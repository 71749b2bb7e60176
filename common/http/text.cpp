#include "common/http/text.hpp"

#include <algorithm>

namespace im::http {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

bool equals_any_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_any_case(std::string_view text, std::string_view prefix) {
  return equals_any_case(text.substr(0, prefix.size()), prefix);
}

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

std::string_view take_item(std::string_view& list) {
  const std::string_view item = list.substr(0, list.find(','));
  list.remove_prefix(std::min(item.size() + 1, list.size()));
  return trimmed(item);
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    if (equals_any_case(take_item(list), word)) return true;
  }
  return false;
}

}  // namespace im::http
