#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace im::http {

/// 0 to 15; -1 when the character is no hex digit.
int hex_value(char c);

/// Percent-decodes; `plus_is_space` for queries. Nothing for a bad escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// "a=1&b=2&a=3" in order, repeats kept. Nothing for a bad escape.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// The fields of a form, one after the other: a large one may have millions.
class FormFields {
 public:
  static constexpr std::size_t kMost = 1000;  ///< what has more is no form

  explicit FormFields(std::string_view form, std::size_t most = kMost) : rest_(form), left_(most) {}
  /// False: there is no other one, or this is no form.
  bool next();
  const std::string& name() const { return name_; }
  /// Nothing for a bad escape.
  std::optional<std::string> value() const { return percent_decode(value_, true); }
  /// As far as it was read it is a form.
  bool ok() const { return ok_; }

 private:
  std::string_view rest_, value_;
  std::string name_;
  std::size_t left_;
  bool ok_ = true;
};

/// A request target in its parts (RFC 9112 §3.2): "/path?query", "http://authority/path?query" or "*".
struct Target {
  std::string_view authority;  ///< of the absolute form; else empty
  std::string_view path;       ///< "/" when the absolute form has none
  std::string_view query;
};
/// Nothing when it is none of the three, or the authority names a user.
std::optional<Target> split_target(std::string_view target);

}  // namespace im::http
