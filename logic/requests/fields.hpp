#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/requests/failure.hpp"

namespace im::logic {

/// Reads what a handler wants of a request, and keeps the first thing that is wrong with it: read all, then ask
/// failure(). Members that are not asked for are ignored, null counts as absent.
class Fields {
 public:
  explicit Fields(const boost::json::object& object) : object_(object) {}

  /// `most` bytes of UTF-8 (the parser has checked it); without control characters unless `raw`.
  std::string text(std::string_view name, std::size_t most);
  std::string text_or(std::string_view name, std::size_t most, std::string fallback);
  std::string raw_text(std::string_view name, std::size_t most);
  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
  std::int64_t number_or(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t fallback);
  bool flag_or(std::string_view name, bool fallback);
  /// Empty when absent.
  std::vector<std::string> texts(std::string_view name, std::size_t most_items, std::size_t most_bytes);
  std::vector<std::int64_t> numbers(std::string_view name, std::size_t most_items);
  /// Empty when absent.
  boost::json::object object(std::string_view name);

  /// For rules of the handler's own: `name` must be `wanted`.
  void refuse(std::string_view name, const std::string& wanted);
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  const boost::json::value* find(std::string_view name) const;
  const boost::json::value* need(std::string_view name);
  std::string read_text(std::string_view name, const boost::json::value& value, std::size_t most, bool raw);

  const boost::json::object& object_;
  std::optional<Failure> failure_;
};

}  // namespace im::logic
