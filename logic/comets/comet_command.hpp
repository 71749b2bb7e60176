#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "logic/push/push_spec.hpp"

namespace im::logic {

/// Straight to connections of one comet, past Kafka.
struct DirectPush {
  std::vector<ConnId> conns;  ///< twice in the list = twice delivered
  EncodedPush content;
};
struct RoomChange {
  std::vector<ConnId> conns;
  std::vector<RoomId> rooms;
  bool join = true;  ///< else leave
};
/// Closes connections with 4002: those of a user, of a key, of a key that signs tokens, or some by name.
struct Kick {
  Uid uid;  ///< above 0
  std::string key;
  struct Named {
    ConnId conn;
    SessionEpoch session;  ///< only this session of it; 0: whatever it has
  };
  std::vector<Named> conns;
  std::string token_key;  ///< kid
  bool replaced = false;  ///< "by a newer session" instead of "kicked"
};
/// The comet takes no new clients, sends the others elsewhere, and ends.
struct Drain {};
using CometCommand = std::variant<DirectPush, RoomChange, Kick, Drain>;

/// What it costs to keep and to send, about.
std::size_t bytes_of(const CometCommand& command);

/// How many connections the command reached; an error: it did not get there (kUnavailable, kOverloaded, kNotFound: the
/// comet is gone, kConflict: another instance is there, kInvalid: it cannot do that), or nobody knows (kTimeout).
using Reached = std::function<void(Result<std::int32_t>)>;

}  // namespace im::logic
