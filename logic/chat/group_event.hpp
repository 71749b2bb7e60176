#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.hpp"

namespace im::logic::chat {

/// The body of a system message: what happened to a group. Absent fields are left out.
///   {"event":"invite","uids":[2,3]}   {"event":"rename","text":"…"}   {"event":"mute","uids":[2],"until_ms":…}
struct GroupEvent {
  std::string event;
  std::vector<Uid> uids{};
  std::optional<std::string> text{};
  std::optional<std::int64_t> until_ms{};
  std::optional<bool> on{};
  std::optional<std::string> role{};
};
std::string to_json(const GroupEvent& event);

}  // namespace im::logic::chat
