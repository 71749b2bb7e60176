#pragma once

#include <string>
#include <vector>

#include "logic/chat/standing.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

struct GroupMember {
  Uid uid;
  std::string name;
  std::string avatar;
  Role role = Role::kMember;
  std::int64_t muted_until_ms = 0;
};

struct GroupRequest {
  Uid uid;
  std::string name;
  std::string greeting;
};

/// Of these users, those who can be added: they exist, are no members, and have not blocked the actor. Each once.
Result<std::vector<Uid>> addable(sql::Connection& db, ConvId conv, Uid actor, const std::vector<Uid>& uids);
/// New members, who have read all there is. kConflict: more than `limit`.
Status add_members(store::Write& into, const store::ConvHead& head, const std::vector<Uid>& uids, int limit);
Status remove_member(store::Write& into, ConvId conv, Uid uid);

}  // namespace im::logic::chat
