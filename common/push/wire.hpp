#pragma once

#include <optional>

#include "common/push/facts.hpp"
#include "im/push.pb.h"

namespace im {

// The facts of a push as they travel: the one place where the enums of push.proto and ours meet. What the other side
// sent and we do not know is nothing; the caller counts it.

static_assert(static_cast<int>(PushScope::kSessions) == push::SCOPE_SESSIONS &&
              static_cast<int>(PushScope::kRoom) == push::SCOPE_ROOM &&
              static_cast<int>(PushScope::kAll) == push::SCOPE_ALL);
static_assert(static_cast<int>(PushClass::kPush) == push::CLASS_PUSH &&
              static_cast<int>(PushClass::kEvent) == push::CLASS_EVENT &&
              static_cast<int>(PushClass::kEphemeral) == push::CLASS_EPHEMERAL);
static_assert(static_cast<int>(PushAudience::kAccepting) == push::AUDIENCE_ACCEPTING &&
              static_cast<int>(PushAudience::kEverybody) == push::AUDIENCE_EVERYBODY &&
              static_cast<int>(PushAudience::kHello) == push::AUDIENCE_HELLO);

inline push::Scope to_wire(PushScope scope) { return static_cast<push::Scope>(scope); }
inline push::Class to_wire(PushClass kind) { return static_cast<push::Class>(kind); }
inline push::Audience to_wire(PushAudience audience) { return static_cast<push::Audience>(audience); }

inline std::optional<PushScope> from_wire(push::Scope scope) {
  if (scope < push::SCOPE_SESSIONS || scope > push::SCOPE_ALL) return std::nullopt;
  return static_cast<PushScope>(scope);
}
inline std::optional<PushFacts> facts_of(const push::Content& content) {
  if (!push::Class_IsValid(content.kind()) || !push::Audience_IsValid(content.audience())) return std::nullopt;
  return PushFacts{static_cast<PushClass>(content.kind()), static_cast<PushAudience>(content.audience())};
}

}  // namespace im
