#pragma once

#include <string>
#include <vector>

#include "logic/chat/conversation_service.hpp"

namespace im::logic {

/// Whom a call is to, after the rights were looked at.
struct CallTarget {
  std::string scope;  ///< "pair:1:2" or "conv:7"
  bool group = false;
  store::ConvId conv;
  std::vector<Uid> callees;
  bool blocked = false;        ///< the one callee wants nothing of the caller, who must not see that
  std::vector<Uid> unwilling;  ///< of a group: those of whom it is the same
  std::string page;            ///< its address, when the one callee is an old page
};

/// Who may call whom, from the chat's tables. Blocking, any thread but an I/O thread.
class CallTargets {
 public:
  CallTargets(store::Store& store, chat::ConversationService& conversations)
      : store_(store), conversations_(conversations) {}

  /// kNotFound: no such user, or an old page that has left.
  Result<CallTarget> of_user(const chat::Actor& actor, Uid peer);
  /// Of a conversation of two, its other one; of a group, those of `wanted` who are members (all when empty and
  /// `ring`).
  Result<CallTarget> of_conversation(const chat::Actor& actor, store::ConvId conv, const std::vector<Uid>& wanted,
                                     bool ring);

 private:
  Status find_page(sql::Connection& db, CallTarget& target);

  store::Store& store_;
  chat::ConversationService& conversations_;
};

std::string pair_scope(Uid a, Uid b);

}  // namespace im::logic
