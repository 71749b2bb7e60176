#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// The slot is told from the beginning: every user who is online there follows (proto/im/events.proto).
struct SlotBegan {};
/// Every user who is online there has been told since.
struct SlotKnown {};
/// A user's sessions as they were when it was told; `count` 0: went offline.
struct UserChanged {
  Uid uid;
  std::uint32_t count = 0;
  std::vector<SessionInfo> sessions;  ///< at most 64
};

/// A call that changed by itself, or whose events nobody has confirmed: im.calls.CallTold; empty: it is gone.
struct CallChanged {
  std::string told;
};

struct SlotEvent {
  std::size_t slot = 0;
  std::uint64_t epoch = 0, number = 0;  ///< of the ownership; within it
  std::variant<SlotBegan, UserChanged, SlotKnown, CallChanged> what;
};

/// Deals with what happens in slots. The same event may come again, to this logic or another, when a logic died before
/// it had settled it: handlers are idempotent by (slot, epoch, number), or by only looking at the state that is told.
class SlotEventSink {
 public:
  virtual ~SlotEventSink() = default;
  /// On the thread of the watch; must not block. `done` (any thread, once) lets the next batch come: call it when
  /// nothing of this one can get lost any more, within seconds.
  virtual void handle(const std::vector<SlotEvent>& events, std::function<void()> done) = 0;
};

}  // namespace im::logic
