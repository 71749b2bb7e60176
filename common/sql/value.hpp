#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/ids.hpp"

namespace im::sql {

/// One argument of a statement: NULL, a whole number or text. Text is UTF-8; it travels bound, never as part of the
/// SQL.
class Value {
 public:
  Value(std::nullptr_t) {}                                            // NOLINT(google-explicit-constructor)
  Value(std::integral auto number) : state_(std::int64_t(number)) {}  // NOLINT(google-explicit-constructor)
  Value(std::string text) : state_(std::move(text)) {}                // NOLINT(google-explicit-constructor)
  Value(std::string_view text) : state_(std::string(text)) {}         // NOLINT(google-explicit-constructor)
  Value(const char* text) : state_(std::string(text)) {}              // NOLINT(google-explicit-constructor)
  template <class Tag>
  Value(NamedType<std::int64_t, Tag> id) : state_(id.value()) {}  // NOLINT(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::monostate>(state_); }
  const std::int64_t* number() const { return std::get_if<std::int64_t>(&state_); }
  const std::string* text() const { return std::get_if<std::string>(&state_); }

 private:
  std::variant<std::monostate, std::int64_t, std::string> state_;
};
using Values = std::vector<Value>;

/// One row of an answer, as the text of its columns.
class Row {
 public:
  explicit Row(std::vector<std::optional<std::string>> columns) : columns_(std::move(columns)) {}

  bool is_null(std::size_t column) const { return !columns_[column].has_value(); }
  /// NULL is 0.
  std::int64_t number(std::size_t column) const {
    std::int64_t number = 0;
    if (const auto& text = columns_[column]) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
  }
  bool flag(std::size_t column) const { return number(column) != 0; }
  /// NULL is empty.
  const std::string& text(std::size_t column) const {
    static const std::string none;
    return columns_[column] ? *columns_[column] : none;
  }
  template <class Id>
  Id id(std::size_t column) const {
    return Id(number(column));
  }

 private:
  std::vector<std::optional<std::string>> columns_;
};
using Rows = std::vector<Row>;

}  // namespace im::sql
