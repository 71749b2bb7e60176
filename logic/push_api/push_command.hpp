#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>

#include "logic/push_api/problem.hpp"

namespace im::logic {

/// One push of /v1, whatever it came in (JSON or Protobuf).
struct PushCommand {
  enum class To : std::uint8_t { kUsers, kKeys, kRoom, kAll };
  To to = To::kUsers;
  std::vector<std::int64_t> users;  ///< each above 0
  std::vector<std::string> keys;    ///< keys of connections
  std::string room;                 ///< full key, "live://1"
  std::int32_t speed = 0;           ///< kAll: connections per second, 0 = as fast as possible
  std::int32_t operation = 0;
  std::string body;     ///< any bytes
  bool report = false;  ///< what becomes of it will be asked for
};

/// The scope an API key needs: "users", "rooms" or "all".
const char* scope_of(const PushCommand& command);

struct PushLimits {
  std::size_t body = 64U * 1024;  ///< bytes of one message
  std::size_t targets = 1000;     ///< users or keys of one push
  std::size_t batch = 1000;       ///< pushes of one call
};

/// What is wrong with the values, whatever they came in; `at` = JSON pointer to the push.
std::optional<Problem> check(const PushCommand& command, const PushLimits& limits, const std::string& at);

/// {"to":{"users":[1]} | {"keys":["k"]} | {"room":"live://1"} | {"all":true,"speed":0}, "operation":1000,
///  "text":"..." | "json":any | "base64":"..."}
std::variant<PushCommand, Problem> read_push(const boost::json::value& value, const PushLimits& limits,
                                             const std::string& at = "");
/// {"pushes":[push, ...]}
std::variant<std::vector<PushCommand>, Problem> read_batch(const boost::json::value& value, const PushLimits& limits);

}  // namespace im::logic
