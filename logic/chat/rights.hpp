#pragma once

#include "logic/chat/limits.hpp"
#include "logic/chat/standing.hpp"

namespace im::logic::chat {

/// Everything somebody may want of a conversation.
enum class Action {
  kRead,
  kSend,
  kEdit,
  kRecall,
  kReact,
  kPin,
  kSettings,  ///< mute, pin, hide for oneself
  kSee,       ///< name and size of a group, before one joins
  kJoin,
  kInvite,
  kApprove,
  kKick,
  kMute,
  kAnnounce,
  kRename,
  kLeave,
  kRole,
  kTransfer,
  kDissolve,
  kSay,  ///< a line in a room; by the lobby's own door, which knows how such a line looks
};

/// Who may do what, in one place: (standing of the caller, action, what it is done to) → yes, or why not. Pure.
/// Who is no member hears kNotFound, so that nobody learns which conversations there are.
class Rights {
 public:
  explicit Rights(Limits limits) : limits_(limits) {}

  Status may(const Standing& standing, Action action, std::int64_t now_ms) const;
  /// kEdit, kRecall: and this message.
  Status may_change(const Standing& standing, Action action, Uid caller, const Message& message,
                    std::int64_t now_ms) const;
  /// kKick, kMute, kRole: and this member.
  Status may_manage(const Standing& standing, Action action, Role target, std::int64_t now_ms) const;

 private:
  Limits limits_;
};

}  // namespace im::logic::chat
