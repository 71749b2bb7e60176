#include "common/wire/json_text.hpp"

#include <algorithm>
#include <array>

#include "common/base/utf8.hpp"

namespace im::wire {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\\ufffd";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
/// ASCII that stands for itself inside a string, in HTML too.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'; }
char closing(char open) { return open == '{' ? '}' : ']'; }

/// What Go writes instead of this character inside a string that may stand in HTML; empty = itself.
std::string html_escape(std::string_view character) {
  if (character == "<" || character == ">" || character == "&") {
    const auto code = static_cast<unsigned char>(character[0]);
    return {'\\', 'u', '0', '0', kHex[code >> 4], kHex[code & 15]};
  }
  if (character == "\xe2\x80\xa8") return "\\u2028";
  if (character == "\xe2\x80\xa9") return "\\u2029";
  return {};
}

std::string control_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {'\\', 'u', '0', '0', kHex[static_cast<unsigned char>(c) >> 4], kHex[static_cast<unsigned char>(c) & 15]};
  }
}

}  // namespace

void JsonScanner::skip_space() {
  while (position_ < text_.size() && is_space(text_[position_])) ++position_;
}

bool JsonScanner::take(char c) {
  skip_space();
  if (!has(c)) return false;
  ++position_;
  keep({&c, 1});
  return true;
}

bool JsonScanner::finished() {
  skip_space();
  return position_ == text_.size();
}

bool JsonScanner::value() {
  const std::size_t base = open_.size();
  for (;;) {
    skip_space();
    const std::size_t depth = open_.size();
    if (!begin_value()) return false;
    if (open_.size() > depth) continue;
    // A value is complete: close what ends here, or go on behind a comma.
    while (open_.size() > base && take(closing(open_.back()))) open_.pop_back();
    if (open_.size() == base) return true;
    if (!take(',') || (open_.back() == '{' && !member_name())) return false;
  }
}

/// A scalar, an empty list or object, or the beginning of a longer one, up to its first value.
bool JsonScanner::begin_value() {
  if (!has('{') && !has('[')) return scalar();
  const char open = text_[position_];
  if (open_.size() >= max_depth_) return false;
  take(open);
  if (take(closing(open))) return true;
  open_.push_back(open);
  return open != '{' || member_name();
}

bool JsonScanner::member_name() {
  skip_space();
  return string() && take(':');
}

bool JsonScanner::scalar() {
  if (has('"')) return string();
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text_.substr(position_, word.size()) != word) continue;
    position_ += word.size();
    keep(word);
    return true;
  }
  return number();
}

bool JsonScanner::digits() {
  const std::size_t start = position_;
  while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
  return position_ > start;
}

bool JsonScanner::number() {
  const std::size_t start = position_;
  if (has('-')) ++position_;
  const bool zero = has('0');
  const std::size_t integer = position_;
  if (!digits() || (zero && position_ - integer > 1)) return false;
  if (has('.')) {
    ++position_;
    if (!digits()) return false;
  }
  if (has('e') || has('E')) {
    ++position_;
    if (has('+') || has('-')) ++position_;
    if (!digits()) return false;
  }
  keep(since(start));
  return true;
}

bool JsonScanner::string() {
  if (!has('"')) return false;
  keep("\"");
  for (++position_; position_ < text_.size();) {
    const char c = text_[position_];
    if (c == '"') {
      ++position_;
      keep("\"");
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (is_plain(c)) {
      plain_run();
    } else if (!(c == '\\' ? escape() : wide_character())) {
      return false;
    }
  }
  return false;
}

void JsonScanner::plain_run() {
  const std::size_t start = position_;
  while (position_ < text_.size() && is_plain(text_[position_])) ++position_;
  keep(since(start));
}

bool JsonScanner::escape() {
  const std::size_t start = position_;
  const std::string_view rest = text_.substr(position_ + 1, 5);
  if (rest.empty()) return false;
  if (rest[0] == 'u') {
    if (rest.size() < 5 || !std::all_of(rest.begin() + 1, rest.end(), is_hex)) return false;
    position_ += 6;
  } else {
    if (std::string_view("\"\\/bfnrt").find(rest[0]) == std::string_view::npos) return false;
    position_ += 2;
  }
  keep(since(start));
  return true;
}

bool JsonScanner::wide_character() {
  const std::size_t size = utf8_length(text_.substr(position_));
  if (size == 0) return false;
  const std::string_view character = text_.substr(position_, size);
  position_ += size;
  if (compact_ == nullptr) return true;
  const std::string escaped = html_escape(character);
  keep(escaped.empty() ? character : std::string_view(escaped));
  return true;
}

JsonMembers::JsonMembers(std::string_view text, std::size_t max_depth) : scanner_(text, max_depth - 1) {}

bool JsonMembers::next() {
  if (first_ && !scanner_.take('{')) return end(false);
  if (scanner_.take('}')) return end(scanner_.finished());
  if (!first_ && !scanner_.take(',')) return end(false);
  first_ = false;
  scanner_.skip_space();
  const std::size_t name = scanner_.position();
  if (!scanner_.string()) return end(false);
  name_ = scanner_.since(name + 1);
  name_.remove_suffix(1);
  if (!scanner_.take(':')) return end(false);
  scanner_.skip_space();
  const std::size_t start = scanner_.position();
  if (!scanner_.value()) return end(false);
  value_ = scanner_.since(start);
  return true;
}

bool append_compact_json(std::string& out, std::string_view text, std::size_t max_depth) {
  const std::size_t before = out.size();
  JsonScanner scanner(text, max_depth, &out);
  if (scanner.value() && scanner.finished()) return true;
  out.resize(before);
  return false;
}

void append_json_string(std::string& out, std::string_view bytes) {
  out.push_back('"');
  while (!bytes.empty()) {
    const std::size_t size = utf8_length(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(size, 1));
    const auto code = static_cast<unsigned char>(bytes[0]);
    if (size == 0) {
      out.append(kReplacement);
    } else if (code < 0x20 || code == '"' || code == '\\') {
      out.append(control_escape(bytes[0]));
    } else {
      const std::string escaped = html_escape(character);
      out.append(escaped.empty() ? character : std::string_view(escaped));
    }
    bytes.remove_prefix(character.size());
  }
  out.push_back('"');
}

bool json_name_is(std::string_view written, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(written.begin(), written.end(), name.begin(), name.end(),
                    [&](char a, char b) { return lower(a) == b; });
}

}  // namespace im::wire
