#include "logic/webim/upload_form.hpp"

#include <algorithm>

#include "common/base/base64.hpp"
#include "common/http/text.hpp"
#include "common/http/url.hpp"

namespace im::logic::webim {

namespace {

constexpr std::string_view kBase64 = ";base64,";
constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1

/// Of `a=b; c="d"`; empty when there is none.
std::string_view parameter_of(std::string_view value, std::string_view name) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(';'), value.size());
    const std::string_view part = http::trimmed(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || !http::equals_any_case(part.substr(0, equals), name)) continue;
    std::string_view text = part.substr(equals + 1);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    return text;
  }
  return {};
}

/// The head of a part names this field.
bool names_field(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    constexpr std::string_view kDisposition = "content-disposition:";
    if (http::starts_any_case(line, kDisposition))
      return parameter_of(line.substr(kDisposition.size()), "name") == name;
  }
  return false;
}

}  // namespace

std::optional<std::string> picture_in_form(std::string_view form) {
  http::FormFields fields(form);
  while (fields.next()) {
    if (fields.name() != "img") continue;
    const auto value = fields.value();
    if (!value) return std::nullopt;
    const std::size_t data = value->find(kBase64);
    if (!value->starts_with("data:image/") || data == std::string::npos) continue;
    std::string text = value->substr(data + kBase64.size());
    std::ranges::replace(text, ' ', '+');  // written into the form as it was
    auto bytes = from_base64(text);
    if (bytes && !bytes->empty()) return bytes;
  }
  return std::nullopt;
}

std::optional<std::string_view> multipart_field(std::string_view body, std::string_view content_type,
                                                std::string_view name) {
  const std::string_view boundary = parameter_of(content_type, "boundary");
  if (boundary.empty() || boundary.size() > kMaxBoundary) return std::nullopt;
  const std::string first = "--" + std::string(boundary) + "\r\n", next = "\r\n--" + std::string(boundary);
  if (!body.starts_with(first)) return std::nullopt;
  body.remove_prefix(first.size());
  while (true) {
    const std::size_t end = body.find(next), head = body.find("\r\n\r\n");
    if (end == std::string_view::npos || head == std::string_view::npos || head > end) return std::nullopt;
    const std::string_view value = body.substr(head + 4, end - std::min(head + 4, end));
    if (names_field(body.substr(0, head), name)) return value.empty() ? std::nullopt : std::optional(value);
    body.remove_prefix(end + next.size());
    if (!body.starts_with("\r\n")) return std::nullopt;  // the last one ends with "--"
    body.remove_prefix(2);
  }
}

}  // namespace im::logic::webim
