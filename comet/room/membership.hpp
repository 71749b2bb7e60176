#pragma once

#include <cstdint>
#include <string>

#include "comet/connection/connection_io.hpp"
#include "comet/ports.hpp"
#include "comet/room/room_sweep.hpp"
#include "comet/room/room_table.hpp"

namespace im::comet {

/// Rooms of one worker as its connections use them: joins wait until the router knows the room, empty rooms go.
/// One worker.
class Membership {
 public:
  Membership(std::uint8_t worker, ConnectionIo& io, RoomTable& rooms, RoomSweeps& sweeps, ControlPort& control)
      : worker_(worker), io_(io), rooms_(rooms), sweeps_(sweeps), control_(control) {}

  /// Makes `room` the main room of the connection. True: the router knows; false: on_room_ready() names the connection.
  bool enter(std::uint32_t slot, const std::string& room);
  void leave(std::uint32_t slot, RoomLink& link);
  void leave_all(std::uint32_t slot);

  /// The answer to room_joined: connections whose join may now be acknowledged.
  std::vector<ConnId> on_room_ready(const std::string& room);
  /// Cluster-wide number of the room, from the router.
  void set_total(const std::string& room, std::int32_t total);
  /// What a heartbeat reply says: the total when known, else this worker's members, 0 without a room.
  std::int32_t online_of(std::uint32_t slot);
  const std::string& main_room(std::uint32_t slot);
  /// After a sweep: compacts, and lets an empty room go.
  void end_sweep(std::uint32_t room);

 private:
  void erase_if_empty(std::uint32_t room);

  std::uint8_t worker_;
  ConnectionIo& io_;
  RoomTable& rooms_;
  RoomSweeps& sweeps_;
  ControlPort& control_;
};

}  // namespace im::comet
