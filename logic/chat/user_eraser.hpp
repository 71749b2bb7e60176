#pragma once

#include <cstdint>
#include <functional>

#include "logic/chat/group_service.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

/// What one call did.
struct Erased {
  std::int64_t messages = 0;  ///< whose text is gone now
  std::int64_t groups = 0;    ///< that were left
  bool done = false;          ///< nothing is left to do; else call again
};

/// Takes a user out of the store (docs/store.md, "Erasing a user"): who they are, how they log in, whom they know,
/// what they wrote. Each step may be done again, so an erasure that was cut short is called again. Blocking.
class UserEraser {
 public:
  UserEraser(store::Store& store, GroupService& groups) : store_(store), groups_(groups) {}

  /// Nobody logs in as this user any more. kNotFound: there is none.
  Status close(Uid uid);
  /// Hears of a group as soon as it was left: a later step may fail, and another call finds the user there no more.
  using OnLeft = std::function<void(const GroupChange&)>;
  /// After close(): groups and messages, at most some of them a call.
  Result<Erased> erase(Uid uid, const OnLeft& on_left);

 private:
  Status leave_groups(Uid uid, const OnLeft& on_left, Erased& erased);
  /// The group has another owner, or is dissolved.
  Status hand_over(const Actor& actor, ConvId conv);
  Status empty_messages(Uid uid, Erased& erased);

  store::Store& store_;
  GroupService& groups_;
};

}  // namespace im::logic::chat
