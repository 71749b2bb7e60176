#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "logic/requests/failure.hpp"

namespace im::logic {

inline constexpr std::size_t kMaxRequest = 64U * 1024;  ///< bytes of the JSON of one request, on any door
inline constexpr std::size_t kMaxCommand = 64;          ///< bytes of its name

struct Request {
  std::string cmd;
  boost::json::object fields;  ///< with "cmd"
};

/// The body of an op 100: {"cmd":"room.join","room":"live://1"}. Strict: docs/requests.md. Pure.
std::variant<Request, Failure> read_request(std::string_view body);
/// The same of HTTP, where the path names the command; an empty body is {}. "cmd" may be there when it says the same.
std::variant<Request, Failure> read_request_of(std::string_view cmd, std::string_view body);

}  // namespace im::logic
