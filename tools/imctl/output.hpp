#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace im::imctl {

using Row = std::vector<std::string>;
/// Columns as wide as their widest cell, two spaces between; empty cells become "-".
std::string table(const std::vector<Row>& rows);

/// A cell: strings without quotes, other values as JSON; "" when it is not there.
std::string cell(const boost::json::value& object, std::string_view name);

/// A message body on one line of a terminal: control characters are written as escapes; base64 when it is not UTF-8.
std::string printable(std::string_view body);

/// "12:00:01.123", local time.
std::string clock_text(std::int64_t ms);

/// {"op":..,"seq":..,"body":".."} or "body_base64" when it is not UTF-8.
std::string message_json(std::int64_t time_ms, std::int32_t op, std::int32_t seq, std::string_view body);

}  // namespace im::imctl
