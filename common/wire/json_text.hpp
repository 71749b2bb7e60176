#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// JSON as text, without a tree: for dialects that carry somebody else's JSON inside their own. Strict RFC 8259, UTF-8
/// checked, no recursion. Pure, standard library only.
namespace im::wire {

inline constexpr std::size_t kClientJsonDepth = 32;     ///< of what clients send, in every dialect
inline constexpr std::size_t kPushedJsonDepth = 10000;  ///< of what backends push: Go's own limit

/// Reads JSON from the front of a text. Every bool: false = not JSON from here on, the scanner is of no more use.
class JsonScanner {
 public:
  /// `compact`: gets what is read, without white space and with <, >, &, U+2028 and U+2029 escaped as Go does.
  JsonScanner(std::string_view text, std::size_t max_depth, std::string* compact = nullptr)
      : text_(text), max_depth_(max_depth), compact_(compact) {}

  bool value();       ///< one value of any kind
  bool string();      ///< one string
  bool take(char c);  ///< this character, after white space; false leaves it
  bool finished();    ///< only white space is left
  void skip_space();
  std::size_t position() const { return position_; }
  std::string_view since(std::size_t start) const { return text_.substr(start, position_ - start); }

 private:
  bool scalar();
  bool number();
  bool digits();
  bool begin_value();
  bool member_name();
  bool escape();
  bool wide_character();
  void plain_run();
  bool has(char c) const { return position_ < text_.size() && text_[position_] == c; }
  void keep(std::string_view bytes) {
    if (compact_ != nullptr) compact_->append(bytes);
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::string* compact_;
  std::size_t position_ = 0;
  std::string open_;  ///< containers around the position: '{' or '['
};

/// Reads the members of one object: `while (members.next()) ... members.name(), members.value()`, then `ok()`.
class JsonMembers {
 public:
  JsonMembers(std::string_view text, std::size_t max_depth);
  bool next();
  std::string_view name() const { return name_; }    ///< as written, without quotes
  std::string_view value() const { return value_; }  ///< as written
  bool ok() const { return ok_; }                    ///< after the last next(): the whole text was one object

 private:
  bool end(bool ok) {
    ok_ = ok;
    return false;
  }
  JsonScanner scanner_;
  bool first_ = true;
  bool ok_ = false;
  std::string_view name_, value_;
};

/// Appends `text` compacted when it is one JSON value; otherwise false and `out` is as before.
bool append_compact_json(std::string& out, std::string_view text, std::size_t max_depth);
/// Appends any bytes as a JSON string; what is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view bytes);
/// Member names match in any case, as in Go's decoder. `name` is lower case.
bool json_name_is(std::string_view written, std::string_view name);

}  // namespace im::wire
