#pragma once

#include <cstdint>

namespace im {

/// Whom a push is for. The numbers are those of im.push.Scope.
enum class PushScope : std::uint8_t {
  kSessions = 1,  ///< the connections that are named
  kRoom = 2,      ///< every member of a room
  kAll = 3,       ///< every connection
};

/// What a push is worth: decides what happens when a client is too slow for it. The numbers are those of im.push.Class.
enum class PushClass : std::uint8_t {
  kPush = 0,       ///< as `comet.outbox_policy` says
  kEvent = 1,      ///< must not be missed: the slow client is closed (4003) and asks for what it missed
  kEphemeral = 2,  ///< soon stale: dropped for the slow client, which stays
};

/// Which of those it is for want it. The numbers are those of im.push.Audience.
enum class PushAudience : std::uint8_t {
  kAccepting = 0,  ///< sessions that accept its op; members of a room take every op of theirs, and so does goim v1
  kEverybody = 1,  ///< whether they accept it or not
  kHello = 2,      ///< sessions that said `hello`: ops 100 to 102 are nothing to the others
};

/// What a push is, beside its op and its bytes.
struct PushFacts {
  PushClass kind = PushClass::kPush;
  PushAudience audience = PushAudience::kAccepting;
};

}  // namespace im
