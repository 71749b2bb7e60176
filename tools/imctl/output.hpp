#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace im::imctl {

using Row = std::vector<std::string>;
/// Columns as wide as their widest cell, two spaces between; empty cells become "-". Each cell is made printable.
std::string table(const std::vector<Row>& rows);

/// A cell: strings without quotes, other values as JSON; "" when it is not there. As it came: make it printable.
std::string cell(const boost::json::value& object, std::string_view name);

/// Text of others on one line of a terminal: control characters (C0, C1), line breaks, marks that turn text around and
/// what cannot be seen are written as escapes; base64 when it is not UTF-8. What it made stays the same a second time.
std::string printable(std::string_view text);

/// "12:00:01.123", local time.
std::string clock_text(std::int64_t ms);

/// Milliseconds of the epoch, in digits, as "2026-11-29T18:25:00Z"; "" for 0 (never), what is no number as it came.
std::string time_text(const std::string& ms);

using Words = std::vector<std::string>;
/// The word for a number that a store keeps, 1 for the first; what has no word as it came.
std::string word_of(const Words& words, const std::string& number);

/// {"op":..,"seq":..,"body":".."} or "body_base64" when it is not UTF-8.
std::string message_json(std::int64_t time_ms, std::int32_t op, std::int32_t seq, std::string_view body);

}  // namespace im::imctl
