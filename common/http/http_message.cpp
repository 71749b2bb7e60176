#include "common/http/http_message.hpp"

#include <algorithm>

#include "common/http/text.hpp"

namespace im {

namespace {

const std::string* find(const HttpFields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [name](const auto& row) { return row.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view lower_name) const {
  const std::string* value = find(headers, lower_name);
  return value == nullptr ? std::string_view() : *value;
}

bool HttpRequest::has_header(std::string_view lower_name) const { return find(headers, lower_name) != nullptr; }

const std::string* HttpRequest::parameter(std::string_view name) const { return find(query, name); }

std::vector<std::string> HttpRequest::parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string_view HttpRequest::capture(std::string_view name) const {
  const std::string* value = find(captures, name);
  return value == nullptr ? std::string_view() : *value;
}

std::string_view HttpRequest::bearer() const {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view value = header("authorization");
  return http::starts_any_case(value, kScheme) ? http::trimmed(value.substr(kScheme.size())) : std::string_view();
}

bool HttpRequest::has_media_type(std::string_view lower_type) const {
  const std::string_view value = header("content-type");
  return http::equals_any_case(http::trimmed(value.substr(0, value.find(';'))), lower_type);
}

}  // namespace im
