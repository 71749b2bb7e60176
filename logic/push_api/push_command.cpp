#include "logic/push_api/push_command.hpp"

#include <algorithm>

#include "common/base/room_key.hpp"

namespace im::logic {

const char* scope_of(const PushCommand& command) {
  switch (command.to) {
    case PushCommand::To::kUsers:
    case PushCommand::To::kKeys:
      return "users";
    case PushCommand::To::kRoom:
      return "rooms";
    case PushCommand::To::kAll:
      return "all";
  }
  return "";
}

namespace {

constexpr std::size_t kMaxKey = 1024;  // bytes; what logic makes of a token has at most 533

std::optional<Problem> check_list(std::size_t size, const PushLimits& limits, const std::string& at) {
  if (size == 0) return invalid("names nobody", at);
  if (size > limits.targets)
    return invalid(
        "has " + std::to_string(size) + " entries; at most " + std::to_string(limits.targets) + ", send several pushes",
        at);
  return std::nullopt;
}

std::optional<Problem> check_keys(const std::vector<std::string>& keys, const PushLimits& limits,
                                  const std::string& at) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string place = at + "/" + std::to_string(i);
    if (keys[i].empty()) return invalid("a key is not empty", place);
    if (keys[i].size() > kMaxKey || !valid_utf8(keys[i]))
      return invalid("a key is UTF-8 and has at most 1024 bytes", place);
  }
  return check_list(keys.size(), limits, at);
}

std::optional<Problem> check_target(const PushCommand& command, const PushLimits& limits, const std::string& at) {
  switch (command.to) {
    case PushCommand::To::kUsers:
      for (std::size_t i = 0; i < command.users.size(); ++i) {
        if (command.users[i] <= 0) return invalid("a user is a number above 0", at + "/users/" + std::to_string(i));
      }
      return check_list(command.users.size(), limits, at + "/users");
    case PushCommand::To::kKeys:
      return check_keys(command.keys, limits, at + "/keys");
    case PushCommand::To::kRoom: {
      const std::size_t mark = command.room.find("://");
      if (mark == std::string::npos || mark == 0 || mark + 3 == command.room.size())
        return invalid("a room is named type://id, for example live://1", at + "/room");
      if (!valid_room_key(command.room))
        return invalid("a room is UTF-8 without control characters and has at most 512 bytes", at + "/room");
      return std::nullopt;
    }
    case PushCommand::To::kAll:
      if (command.speed < 0)
        return invalid("the speed is connections per second, 0 = as fast as possible", at + "/speed");
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> check(const PushCommand& command, const PushLimits& limits, const std::string& at) {
  if (auto wrong = check_target(command, limits, at + "/to")) return wrong;
  if (command.operation <= 0)
    return invalid("the operation is a number above 0; clients get what they asked for with `accepts`",
                   at + "/operation");
  if (command.body.size() > limits.body)
    return Problem{413,
                   "message_too_large",
                   "The message is too large",
                   "it has " + std::to_string(command.body.size()) + " bytes; at most " + std::to_string(limits.body) +
                       " (http.body_limit)",
                   at,
                   0};
  return std::nullopt;
}

}  // namespace im::logic
