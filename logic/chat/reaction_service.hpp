#pragma once

#include <functional>
#include <string>
#include <vector>

#include "logic/chat/message_access.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

struct Reaction {
  Seq seq = 0;
  Uid uid;
  std::string emoji;
};

/// Reactions and pins: what hangs on a message. Each change is a row of the conversation; what was so already makes
/// none.
class ReactionService {
 public:
  ReactionService(store::Store& store, Limits limits) : store_(store), limits_(limits), rights_(limits) {}

  Result<Place> react(const Actor& actor, ConvId conv, Seq seq, const std::string& emoji, bool on);
  Result<Place> pin(const Actor& actor, ConvId conv, Seq seq, bool on);
  /// Of the messages in [first, last].
  Result<std::vector<Reaction>> reactions(const Actor& actor, ConvId conv, Seq first, Seq last);
  /// Newest first.
  Result<std::vector<Seq>> pins(const Actor& actor, ConvId conv);

 private:
  /// Something that is on or off: how it is looked up, counted, and changed.
  struct Toggle {
    RowKind kind;
    std::string body;
    std::function<Result<bool>(sql::Connection&)> is_on;
    std::function<Status(store::Write&)> change;
  };
  Result<Place> toggle(const Actor& actor, const Target& target, bool on, const Toggle& toggle);

  store::Store& store_;
  const Limits limits_;
  const Rights rights_;
};

}  // namespace im::logic::chat
