#include "common/json/strict_json.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

namespace im {

namespace {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;
using Text = json::string_view;
constexpr std::size_t kMaxDepth = 32;

/// Follows the parser and stops at a name that an object has already, and at a number that is none.
struct Watch {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::vector<std::set<std::string>> open;
  std::string name;
  std::string repeated;
  bool beyond = false;

  bool on_object_begin(ErrorCode&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, ErrorCode&) {
    open.pop_back();
    return true;
  }
  bool on_key_part(Text part, std::size_t, ErrorCode&) {
    name.append(part.data(), part.size());
    return true;
  }
  bool on_key(Text part, std::size_t, ErrorCode& error) {
    name.append(part.data(), part.size());
    if (!open.back().insert(name).second) {
      repeated = name;
      error = json::error::exception;
      return false;
    }
    name.clear();
    return true;
  }

  /// What a double cannot hold would be written as no number that anybody reads.
  bool on_double(double value, Text, ErrorCode& error) {
    beyond = !std::isfinite(value);
    if (beyond) error = json::error::exception;
    return !beyond;
  }

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_array_begin(ErrorCode&) { return true; }
  bool on_array_end(std::size_t, ErrorCode&) { return true; }
  bool on_string_part(Text, std::size_t, ErrorCode&) { return true; }
  bool on_string(Text, std::size_t, ErrorCode&) { return true; }
  bool on_number_part(Text, ErrorCode&) { return true; }
  bool on_int64(std::int64_t, Text, ErrorCode&) { return true; }
  bool on_uint64(std::uint64_t, Text, ErrorCode&) { return true; }
  bool on_bool(bool, ErrorCode&) { return true; }
  bool on_null(ErrorCode&) { return true; }
  bool on_comment_part(Text, ErrorCode&) { return true; }
  bool on_comment(Text, ErrorCode&) { return true; }
};

json::parse_options options() {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  return options;
}

Error invalid(const std::string& text) { return {Error::Code::kInvalid, text}; }

}  // namespace

Result<json::value> parse_strict_json(std::string_view text) {
  json::basic_parser<Watch> watch(options());
  ErrorCode error;
  const std::size_t read = watch.write_some(false, text.data(), text.size(), error);
  if (!watch.handler().repeated.empty())
    return invalid("the name \"" + watch.handler().repeated + "\" stands twice in an object");
  if (watch.handler().beyond) return invalid("a number is beyond what a double holds, at byte " + std::to_string(read));
  if (error == json::error::too_deep) return invalid("more than " + std::to_string(kMaxDepth) + " levels deep");
  if (error) return invalid("not JSON at byte " + std::to_string(read) + ": " + error.message());
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options());
  if (error) return invalid("not JSON: " + error.message());
  return value;
}

}  // namespace im
