#include "common/http/route_pattern.hpp"

#include <stdexcept>

#include "common/http/url.hpp"

namespace im::http {

namespace {

/// Takes the next segment off a path that begins with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

RoutePattern::RoutePattern(std::string_view text) : text_(text) {
  const auto bad = [&](const char* why) { return std::invalid_argument("route pattern \"" + text_ + "\": " + why); };
  if (text.empty() || text.front() != '/') throw bad("must begin with /");
  while (!text.empty()) {
    segments_.push_back(segment_of(take_segment(text)));
    const Segment& last = segments_.back();
    if (last.kind == Kind::kRest && !text.empty()) throw bad("{name...} must be the last part");
    if (last.kind != Kind::kLiteral && last.text.empty()) throw bad("a part in braces needs a name");
    if (last.text.find_first_of("{}") != std::string::npos) throw bad("braces must hold a whole part");
    rank_ += static_cast<char>('0' + static_cast<int>(last.kind));
  }
}

RoutePattern::Segment RoutePattern::segment_of(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return {Kind::kLiteral, std::string(text)};
  text = text.substr(1, text.size() - 2);
  if (!text.ends_with("...")) return {Kind::kPart, std::string(text)};
  return {Kind::kRest, std::string(text.substr(0, text.size() - 3))};
}

std::optional<HttpFields> RoutePattern::match(std::string_view path) const {
  HttpFields captures;
  for (const Segment& segment : segments_) {
    if (path.empty() || path.front() != '/') return std::nullopt;
    const std::string_view taken = segment.kind == Kind::kRest ? path.substr(1) : take_segment(path);
    if (segment.kind == Kind::kRest) path = {};
    if (segment.kind == Kind::kLiteral) {
      if (taken != segment.text) return std::nullopt;
      continue;
    }
    if (segment.kind == Kind::kPart && taken.empty()) return std::nullopt;
    auto decoded = percent_decode(taken, false);
    if (!decoded) return std::nullopt;
    captures.emplace_back(segment.text, std::move(*decoded));
  }
  if (!path.empty()) return std::nullopt;
  return captures;
}

}  // namespace im::http
