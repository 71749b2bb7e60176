#pragma once

#include <functional>
#include <optional>
#include <string>

#include "logic/chat/actor.hpp"
#include "logic/chat/rights.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

/// What a user set for one conversation, the same on all their devices. Absent: stays as it is.
struct ConvSettings {
  std::optional<bool> silent;  ///< no notifications
  std::optional<bool> pinned;  ///< on top of the list
  std::optional<bool> hidden;  ///< not in the list until something new comes
};

struct ReadMark {
  ConvId conv;
  Seq read_seq = 0;
  std::int64_t unread = 0;
  bool moved = false;  ///< false: it was there already, or further
  Uid peer;            ///< of a conversation of two: the other one, if they want to hear of the reader
};

/// How far a user's device got.
struct DeliveredMark {
  ConvId conv;
  Seq seq = 0;
  bool moved = false;  ///< of this device
  bool first = false;  ///< no device of the user was as far
  Uid peer;            ///< of a conversation of two: the other one, if they want to hear of the user
};

struct Reader {
  Uid uid;
  Seq read_seq = 0;
};

/// Conversations of two and rooms come to be here; marks and settings of one user. Groups: group_service.hpp.
class ConversationService {
 public:
  ConversationService(store::Store& store, Limits limits) : store_(store), limits_(limits), rights_(limits) {}

  /// The conversation of the actor with `peer`. kNotFound: no such user.
  Result<ConvId> open_p2p(const Actor& actor, Uid peer);
  /// The stored room of that key ("webim://lobby"), made by whoever comes first.
  Result<ConvId> open_room(const std::string& key);

  Status set(const Actor& actor, ConvId conv, const ConvSettings& settings);
  /// Moves forward only. kInvalid: beyond the newest.
  Result<ReadMark> read(const Actor& actor, ConvId conv, Seq seq);
  /// Of one device, forward only.
  Result<DeliveredMark> delivered(const Actor& actor, ConvId conv, Seq seq);
  /// Who has read up to `seq`, at most a page.
  Result<std::vector<Reader>> readers(const Actor& actor, ConvId conv, Seq seq);
  /// Whom something of the actor is told that is not kept: the other one of two unless they have blocked the actor; the
  /// other members of a group, nobody when it has more than `most` members. kNotFound: the actor is none.
  Result<std::vector<Uid>> listeners(const Actor& actor, ConvId conv, std::size_t most);
  /// Who belongs to it, no rights asked.
  Result<std::vector<Uid>> members_of(ConvId conv);
  /// Of those the ones who may read its row `seq`: the others came later. For the push path.
  Result<std::vector<Uid>> readers_of(ConvId conv, Seq seq);

 private:
  Result<ConvId> make_p2p(store::Write& write, Uid low, Uid high);
  Result<ReadMark> move_read(store::Write& write, const Actor& actor, ConvId conv, Seq seq);
  Result<DeliveredMark> move_delivered(store::Write& write, const Actor& actor, ConvId conv, Seq seq);

  store::Store& store_;
  const Limits limits_;
  const Rights rights_;
};

}  // namespace im::logic::chat
