#pragma once

#include "logic/chat/actor.hpp"
#include "logic/chat/rights.hpp"
#include "logic/store/conversation_log.hpp"

namespace im::logic::chat {

/// Where a row is. What does not make a row (a reaction that was there already) gives the newest one.
struct Place {
  ConvId conv;
  Seq seq = 0;
  std::int64_t ts = 0;
  bool repeated = false;  ///< this client_id was answered before
};

inline Place place_of(const Message& row) { return {row.conv, row.seq, row.ts, false}; }

/// Which message is meant, and what for.
struct Target {
  ConvId conv;
  Seq seq = 0;
  Action action = Action::kRead;
};

/// A message somebody does something to.
struct Meant {
  Message message;
  Uid hidden_from;  ///< a row of the actor about it is not for them: they have not seen it, or have blocked the actor
};
/// The message, if the actor may do that to it. kNotFound also where they may not know that it is there.
Result<Meant> message_meant(sql::Connection& db, const Rights& rights, const Actor& actor, const Target& target,
                            std::int64_t now_ms);
/// Of it the message.
Result<Message> message_for(sql::Connection& db, const Rights& rights, const Actor& actor, const Target& target,
                            std::int64_t now_ms);

}  // namespace im::logic::chat
