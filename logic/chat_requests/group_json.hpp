#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/chat/group_service.hpp"

namespace im::logic {

/// How groups look to clients (docs/chat.md). Pure.

/// "none", "member", "admin", "owner".
const char* role_name(chat::Role role);
/// kMember or kAdmin; nullopt: neither.
std::optional<chat::Role> read_role(std::string_view text);
/// "free", "approval", "invite"; nullopt: none of them.
std::optional<chat::JoinMode> read_join_mode(std::string_view text);

boost::json::object group_json(const chat::GroupInfo& group);
/// As many as `limit`: there may be others.
boost::json::object members_json(const std::vector<chat::GroupMember>& members, std::size_t limit);
boost::json::object requests_json(const std::vector<chat::GroupRequest>& requests);
boost::json::object change_json(const chat::GroupChange& change);

}  // namespace im::logic
