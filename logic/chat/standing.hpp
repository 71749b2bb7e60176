#pragma once

#include "common/sql/connection.hpp"
#include "logic/store/message.hpp"

namespace im::logic::chat {

using store::ConvId;
using store::ConvKind;
using store::Message;
using store::RowKind;
using store::Seq;

enum class Role { kNone = 0, kMember = 1, kAdmin = 2, kOwner = 3 };
enum class JoinMode { kFree = 1, kApproval = 2, kInvite = 3 };

/// How a user stands to a conversation: all that rights are decided from.
struct Standing {
  ConvKind kind = ConvKind::kP2p;
  Role role = Role::kNone;  ///< kNone: no member
  std::int64_t muted_until_ms = 0;
  Seq from_seq = 0;  ///< rows up to it are not theirs to read
  bool muted_all = false;
  bool dissolved = false;
  JoinMode join_mode = JoinMode::kInvite;
  Uid peer;                            ///< p2p: the other one
  bool blocked_by_peer = false;        ///< p2p
  std::int64_t silenced_until_ms = 0;  ///< by an operator, in every conversation
};

/// kNotFound: no such conversation.
Result<Standing> standing_of(sql::Connection& db, ConvId conv, Uid uid);
/// kNone: no member.
Result<Role> role_of(sql::Connection& db, ConvId conv, Uid uid);

}  // namespace im::logic::chat
