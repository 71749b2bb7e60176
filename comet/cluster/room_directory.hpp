#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "comet/logic_gateway.hpp"
#include "common/base/clock.hpp"
#include "common/base/slot.hpp"

namespace im::comet {

/// Which rooms have members on this comet, over all workers, and what the router has been told of it. A join is
/// acknowledged only after the router recorded the comet's first member of that room. Pure; control thread.
class RoomDirectory {
 public:
  explicit RoomDirectory(Duration linger) : linger_(linger) {}

  /// First member on `worker`. True: the router knows already; else the worker is named by acknowledged().
  bool joined(const std::string& room, std::uint8_t worker);
  /// Last member on `worker` left. Told to the router after `linger`, so that a flapping room costs nothing.
  void left(const std::string& room, std::uint8_t worker, TimePoint now);

  /// Changes to announce now, the oldest first, at most `limit` and kMaxBatchBytes; empty when there are none or a
  /// batch is in flight. Costs what it returns, however many rooms there are.
  std::vector<RoomPresence> take(TimePoint now, std::size_t limit);

  struct Waiter {
    std::string room;
    std::uint8_t worker;
  };
  /// The batch in flight reached the router: the joins it answers.
  std::vector<Waiter> acknowledged();
  /// It is not known to have: its changes are announced again, the joins go on waiting. A join that was answered
  /// without the router knowing would miss what is pushed to its room.
  void failed();

  /// What is present in these slots, for a router that asks; versions are new. Of empty rooms nobody knows whether that
  /// router has them: they are announced as absent without further linger, and their next member is announced again.
  std::vector<RoomPresence> snapshot(const SlotSet& slots);

 private:
  struct Lingering {
    const std::string* id = nullptr;  ///< in rooms_
    TimePoint since;
  };
  using Lingers = std::list<Lingering>;
  struct Room {
    std::uint64_t workers = 0;  ///< bit per worker with members
    std::uint64_t waiting = 0;  ///< bit per worker to be told
    std::uint64_t version = 0;
    bool announced = false;  ///< the router has it as present
    bool in_flight = false;
    bool again = false;   ///< what is in flight may reach a router that has the slot no more: announced once more
    bool queued = false;  ///< in to_announce_
    std::optional<Lingers::iterator> lingers;
  };
  void announce(const std::string& id, Room& room);
  void stop_lingering(Room& room);

  Duration linger_;
  std::unordered_map<std::string, Room> rooms_;
  std::deque<std::string> to_announce_;  ///< the oldest first; names of rooms that are gone are passed over
  Lingers lingering_;                    ///< empty rooms that the router has not been told of, the oldest first
  std::vector<RoomPresence> in_flight_;
  std::uint64_t version_ = 0;
};

}  // namespace im::comet
