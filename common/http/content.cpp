#include "common/http/content.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <openssl/sha.h>

#include "common/http/text.hpp"

namespace im {

namespace http {

namespace {

/// Any number of digits: what is too large for a number is behind the end of everything.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc{} ? value : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

RangeKind read_range(std::string_view value, std::uint64_t size, ByteRange& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (!starts_any_case(value, kUnit)) return RangeKind::kWhole;
  value = trimmed(value.substr(kUnit.size()));
  const std::size_t dash = value.find('-');
  if (dash == std::string_view::npos || value.find(',') != std::string_view::npos) return RangeKind::kWhole;
  const auto first = number(value.substr(0, dash));
  const auto last = number(value.substr(dash + 1));
  if (dash == 0) {  // the last N bytes
    if (!last) return RangeKind::kWhole;
    if (*last == 0 || size == 0) return RangeKind::kNone;
    range = {size - std::min(*last, size), std::min(*last, size)};
    return RangeKind::kPart;
  }
  const bool open = dash + 1 == value.size();
  if (!first || (!open && (!last || *last < *first))) return RangeKind::kWhole;
  if (*first >= size) return RangeKind::kNone;
  range = {*first, (open ? size - 1 : std::min(*last, size - 1)) - *first + 1};
  return RangeKind::kPart;
}

bool names_etag(std::string_view list, std::string_view etag) {
  if (etag.empty()) return false;
  if (trimmed(list) == "*") return true;
  while (!list.empty()) {
    std::string_view item = take_item(list);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == etag) return true;
  }
  return false;
}

bool accepts_coding(std::string_view value, std::string_view coding) {
  bool any = false;
  while (!value.empty()) {
    const std::string_view item = take_item(value);
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view weight = trimmed(item.substr(std::min(semicolon + 1, item.size())));
    const bool never = starts_any_case(weight, "q=0") && weight.find_first_of("123456789") == std::string_view::npos;
    const std::string_view name = trimmed(item.substr(0, semicolon));
    if (equals_any_case(name, coding)) return !never;
    any = any || (name == "*" && !never);
  }
  return any;
}

}  // namespace http

namespace {

/// Bytes that outlive every answer.
class TextSource final : public HttpSource {
 public:
  explicit TextSource(std::string_view bytes) : bytes_(bytes) {}
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  void next(Give give) override { give(std::string(bytes_)); }

 private:
  const std::string_view bytes_;
};

/// A part is asked for, and If-Range does not say that the whole is wanted since the thing has changed.
http::RangeKind wanted_range(const HttpRequest& request, const HttpContent& content, http::ByteRange& range) {
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (!get || !request.has_header("range")) return http::RangeKind::kWhole;
  if (request.has_header("if-range") && (content.etag.empty() || request.header("if-range") != content.etag))
    return http::RangeKind::kWhole;
  return http::read_range(request.header("range"), content.size, range);
}

}  // namespace

HttpResponse content_answer(const HttpRequest& request, const HttpContent& content) {
  HttpResponse out;
  out.content_type = content.type;
  out.headers = content.headers;
  if (!content.etag.empty()) out.headers.emplace_back("ETag", content.etag);
  if (http::names_etag(request.header("if-none-match"), content.etag)) {
    out.status = 304;
    return out;
  }
  out.headers.emplace_back("Accept-Ranges", "bytes");
  http::ByteRange range{0, content.size};
  const auto kind = wanted_range(request, content, range);
  const std::string size = std::to_string(content.size);
  if (kind == http::RangeKind::kNone) {
    out.status = 416;
    out.headers.emplace_back("Content-Range", "bytes */" + size);
    return out;
  }
  if (kind == http::RangeKind::kPart) {
    out.status = 206;
    const std::string last = std::to_string(range.first + range.count - 1);
    out.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" + last + "/" + size);
  }
  if (range.count > 0) out.source = content.open(range.first, range.count);
  return out;
}

HttpContent asset_content(std::string_view bytes, std::string type) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  HttpContent out;
  out.type = std::move(type);
  out.size = bytes.size();
  out.etag = "\"";
  for (int i = 0; i < 12; ++i) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.etag += kHex[digest[static_cast<std::size_t>(i)] >> 4];
    out.etag += kHex[digest[static_cast<std::size_t>(i)] & 15];
  }
  out.etag += "\"";
  out.open = [bytes](std::uint64_t first, std::uint64_t count) -> std::shared_ptr<HttpSource> {
    return std::make_shared<TextSource>(bytes.substr(first, count));
  };
  return out;
}

}  // namespace im
