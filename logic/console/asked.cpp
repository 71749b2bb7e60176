#include "logic/console/asked.hpp"

#include <boost/json/value_to.hpp>

#include "common/base/utf8.hpp"
#include "logic/admin/answers.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

std::string Asked::text(const char* name, std::size_t most) {
  const auto* value = deed_.body.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (!value->is_string() || value->get_string().size() > most) {
    refuse(name, "a text of at most " + std::to_string(most) + " bytes");
    return "";
  }
  auto out = boost::json::value_to<std::string>(*value);
  if (!valid_utf8(out) || out.find('\0') != std::string::npos) refuse(name, "UTF-8");
  return out;
}

std::string Asked::given(const char* name, std::size_t most) {
  std::string out = text(name, most);
  if (out.empty()) refuse(name, "needed");
  return out;
}

std::int64_t Asked::number(const char* name, std::int64_t least, std::int64_t most,
                           std::optional<std::int64_t> fallback) {
  const auto* value = deed_.body.if_contains(name);
  std::optional<std::int64_t> number;
  if (value == nullptr || value->is_null()) {
    number = fallback;
  } else if (value->is_int64()) {
    number = value->get_int64();
  } else if (value->is_string() && deed_.request.method == "GET") {
    number = parse_number<std::int64_t>(boost::json::value_to<std::string>(*value));
  }
  if (number && *number >= least && *number <= most) return *number;
  refuse(name, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

bool Asked::failed(const HttpReply& reply) const {
  if (wrong_.empty()) return false;
  reply(problem(400, "invalid", wrong_));
  return true;
}

void Asked::refuse(const char* name, const std::string& wanted) {
  if (wrong_.empty()) wrong_ = std::string(name) + ": " + wanted;
}

std::int64_t number_in(const std::string& text) { return parse_number<std::int64_t>(text).value_or(0); }

std::string escaped_like(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out;
}

}  // namespace im::logic
