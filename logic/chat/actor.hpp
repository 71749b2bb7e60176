#pragma once

#include <optional>
#include <string>

#include "common/base/ids.hpp"
#include "logic/store/message.hpp"

namespace im::logic::chat {

/// Who asks, as the session or the token says; never what a body claims.
struct Actor {
  Uid uid;
  std::string device;
  std::string address;
  std::optional<store::Origin> origin{};  ///< absent: not by a connection
};

/// The row is the actor's.
inline void sign(store::Message& row, const Actor& actor) {
  row.sender = actor.uid;
  row.address = actor.address;
  row.origin = actor.origin;
}

}  // namespace im::logic::chat
