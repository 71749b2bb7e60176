#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "comet/wire/delivery.hpp"
#include "comet/wire/frame.hpp"
#include "common/base/clock.hpp"

namespace im::comet {

struct SweepConfig {
  Duration min_interval = std::chrono::milliseconds(20);
  Duration max_interval = std::chrono::seconds(1);
  double share = 0.5;                                 ///< part of the worker that one room may take
  std::size_t max_batch_bytes = 1U << 20;             ///< one merged frame; what is over rides the next sweep
  std::size_t queue_bytes = 4U << 20;                 ///< per room: over it the push stream is held back
  Duration overflow_after = std::chrono::seconds(2);  ///< a room at its bound for this long drops its oldest
};

/// Decides when which room is swept and with what: merging per room, self-clocked. An idle room's message is swept at
/// once; what comes while a sweep runs, or within the room's interval, rides the next one. Interval = max(min_interval,
/// sweep time / share), at most max_interval. No sockets, the clock is passed in. One worker.
/// "Room" is an index of the caller's table; kAllRoom stands for every connection (broadcast).
class RoomSweeps {
 public:
  explicit RoomSweeps(SweepConfig config) : config_(config) {}

  /// Messages that fell to the overflow rule, the oldest first. Each is a loss for everybody in the room.
  struct Dropped {
    std::uint32_t ephemeral = 0;  ///< soon stale: nobody need hear of it
    std::uint32_t pushes = 0;
    std::uint32_t events = 0;
    std::vector<std::shared_ptr<PushFate>> asked;  ///< of those that somebody asks about
    std::uint32_t all() const { return ephemeral + pushes + events; }
  };
  /// `token` is kept while the room is over its bound; without one (nobody is to be held back) twice the bound is the
  /// end at once.
  Dropped push(std::uint32_t room, PushMessage message, const TokenRef& token, TimePoint now);

  /// A sweep to run: all that waits for the room, as messages in order.
  struct Batch {
    std::uint32_t room = 0;
    std::vector<PushMessage> messages;
  };
  /// The next room that may start at `now`. The caller sweeps it in turns and then calls finished().
  std::optional<Batch> start_next(TimePoint now);
  /// `spent` = time the worker used on this sweep. True: nothing waits for the room any more.
  bool finished(std::uint32_t room, Duration spent, TimePoint now);

  /// The room is gone: what waits for it has no receiver. Not while it is being swept.
  void forget(std::uint32_t room);

  /// When start_next may have something although it has nothing now; nullopt = only after a push.
  std::optional<TimePoint> next_due() const;
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  /// Applies the overflow rule to rooms that no push touched since; what each dropped. Call about once a second.
  std::vector<std::pair<std::uint32_t, Dropped>> expire(TimePoint now);

 private:
  struct Waiting {
    PushMessage message;
    TokenRef token;  ///< null unless the room was over its bound
  };
  struct Room {
    std::deque<Waiting> waiting;
    std::size_t bytes = 0;
    bool queued = false;  ///< in due_
    bool running = false;
    TimePoint started;
    TimePoint not_before;
    std::optional<TimePoint> full_since;
  };
  struct Due {
    TimePoint at;
    std::uint64_t order;  ///< first come, first swept among equals
    std::uint32_t room;
    friend bool operator>(const Due& a, const Due& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };
  void queue(std::uint32_t index, Room& room, TimePoint now);
  void pop_front(Room& room);
  Dropped apply_bound(Room& room, TimePoint now);
  bool drops(const Room& room, TimePoint now) const;

  SweepConfig config_;
  std::unordered_map<std::uint32_t, Room> rooms_;  ///< only rooms with something waiting, running or resting
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::uint64_t order_ = 0;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace im::comet
