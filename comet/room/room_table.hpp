#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "comet/connection/connection_slab.hpp"
#include "comet/room/join.hpp"

namespace im::comet {

/// Rooms of one worker and their members. Members are a dense list of places in joining order; while a sweep of the
/// room is open, leaving puts a tombstone, and the list is compacted when the sweep ends. Pure apart from the slab.
class RoomTable {
 public:
  static constexpr std::uint32_t kTombstone = 0xffffffff;
  static constexpr std::uint32_t kNone = RoomLink::kNone;

  struct Room {
    std::string id;
    std::vector<std::uint32_t> members;
    std::uint32_t live = 0;  ///< members without tombstones
    bool sweeping = false;
    bool announced = false;       ///< the router knows that this comet has members
    std::int32_t total = -1;      ///< cluster-wide online; -1 = not known yet
    std::vector<Joined> waiting;  ///< to be acknowledged when announced
  };

  explicit RoomTable(ConnectionSlab& slab) : slab_(slab) {}

  /// Index of the room; made when it does not exist.
  std::uint32_t open(const std::string& id);
  std::uint32_t find(const std::string& id) const;  ///< kNone when absent
  Room& at(std::uint32_t room) { return *rooms_[room]; }

  /// Adds `place`; `link` is the member's own record and must be the one found again by for_each_link.
  void join(std::uint32_t room, std::uint32_t place, RoomLink& link);
  void leave(std::uint32_t place, RoomLink& link);
  /// Sweeping holds positions still; ending it compacts.
  void begin_sweep(std::uint32_t room) { at(room).sweeping = true; }
  void end_sweep(std::uint32_t room);
  /// Removes a room without members that nobody sweeps; its index may be given to another room.
  void erase(std::uint32_t room);

  /// Rooms whose count changed since the last call: (id, live members).
  std::vector<std::pair<std::string, std::int32_t>> take_changed_counts();
  std::size_t size() const { return by_id_.size(); }
  /// Of the rooms and their lists of members, about.
  std::size_t bytes() const { return size() * (sizeof(Room) + kIndexBytes) + places_ * sizeof(std::uint32_t); }

 private:
  static constexpr std::size_t kIndexBytes = sizeof(std::pair<std::string, std::uint32_t>) + 5 * sizeof(void*);

  void mark_changed(std::uint32_t room);
  void compact(Room& room, std::uint32_t index);
  RoomLink* link_of(std::uint32_t place, std::uint32_t room, std::uint32_t position);

  ConnectionSlab& slab_;
  std::vector<std::unique_ptr<Room>> rooms_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::unordered_map<std::string, std::int32_t> changed_;
  std::size_t places_ = 0;  ///< room for members in the lists of all rooms
};

}  // namespace im::comet
