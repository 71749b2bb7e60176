#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.hpp"
#include "common/push/facts.hpp"
#include "logic/push/push_reach.hpp"

namespace im::logic {

/// Ops 100 to 102 are this project's own: only sessions that said `hello` know them (docs/protocol.md).
inline constexpr std::int32_t kFirstOwnOp = 100;
inline constexpr std::int32_t kEventOp = 102;

/// Who does not get a push although it is for them.
struct PushExcept {
  std::vector<std::string> keys;  ///< session keys
  std::vector<std::pair<CometInstance, ConnId>> connections;
};

/// What a push is: its op and the facts that decide who gets it, what becomes of it at a slow client, and after what
/// it comes.
struct PushSpec {
  PushSpec(std::int32_t op) : operation(op) {  // NOLINT(google-explicit-constructor)
    if (op >= kFirstOwnOp && op <= kEventOp) facts.audience = PushAudience::kHello;
  }

  std::int32_t operation;
  PushFacts facts;
  PushExcept except;
  /// Pushes with one order key arrive in the order of the calls. "": that of the user, key, room or op it is for.
  std::string order_key;
  /// To a room: its name there, at most 64 bytes. The same push handed over again, even by another logic, reaches
  /// nobody twice. "": each one is brought.
  std::string once;
  /// Comets report what becomes of it under this name (PushFates). "": nobody asks.
  std::string report;
  /// Filled before the push is done; null: nobody asks.
  std::shared_ptr<PushReach> reach;
};

/// A push as comets read it (im.push.Content), made once and shared by all that carry it.
using EncodedPush = std::shared_ptr<const std::string>;
EncodedPush encode(const PushSpec& spec, std::string body);

}  // namespace im::logic
