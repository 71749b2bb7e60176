#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/http_message.hpp"

namespace im::http {

/// "/v1/rooms/{id}" or "/files/{path...}" (see HttpRoute). Pure.
class RoutePattern {
 public:
  /// Throws std::invalid_argument when the text is no pattern.
  explicit RoutePattern(std::string_view text);

  /// What the braces take of a raw path, decoded; nothing when the path is another. A part in braces takes at least one
  /// byte, the rest may be empty.
  std::optional<HttpFields> match(std::string_view path) const;
  const std::string& text() const { return text_; }
  /// Of two that match one path the smaller is meant: literal before {part} before {rest...}, from the left.
  bool operator<(const RoutePattern& other) const { return rank_ < other.rank_; }

 private:
  enum class Kind { kLiteral, kPart, kRest };
  struct Segment {
    Kind kind = Kind::kLiteral;
    std::string text;  ///< the literal, or the name
  };
  static Segment segment_of(std::string_view text);

  std::string text_;
  std::vector<Segment> segments_;
  std::string rank_;
};

}  // namespace im::http
