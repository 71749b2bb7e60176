#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "comet/connection/connection_io.hpp"
#include "comet/ports.hpp"
#include "comet/room/join.hpp"
#include "comet/room/room_sweep.hpp"
#include "comet/room/room_table.hpp"

namespace im::comet {

/// Rooms of one worker as its connections use them: a connection has one main room (goim's, moved by op 12) and may be
/// in more by command of logic. Joins wait until the router knows the room, empty rooms go. A connection is in a room
/// once, however often it was asked for. One worker.
class Membership {
 public:
  static constexpr std::size_t kMaxRooms = 64;  ///< of one connection, the main room included

  Membership(std::uint8_t worker, ConnectionIo& io, RoomTable& rooms, RoomSweeps& sweeps, ControlPort& control)
      : worker_(worker), io_(io), rooms_(rooms), sweeps_(sweeps), control_(control) {}

  /// Makes `room` the main room of the connection. True: the router knows; false: on_room_ready() names the connection.
  bool enter(std::uint32_t place, const std::string& room, JoinKind kind);
  void leave_main(std::uint32_t place);
  /// One room more or less. What became of it is counted in the ticket, which a join holds until the router knows.
  void join(ConnId conn, const std::string& room, const JoinTicketRef& ticket);
  void leave(ConnId conn, const std::string& room, const JoinTicketRef& ticket);
  void leave_all(std::uint32_t place);

  /// The answer to room_joined: joins that may now be acknowledged.
  std::vector<Joined> on_room_ready(const std::string& room);
  /// Cluster-wide number of the room, from the router.
  void set_total(const std::string& room, std::int32_t total);
  /// What a heartbeat reply says: the total when known, else this worker's members, 0 without a room.
  std::int32_t online_of(std::uint32_t place);
  const std::string& main_room(std::uint32_t place);
  /// After a sweep: compacts, and lets an empty room go.
  void end_sweep(std::uint32_t room);

 private:
  Session* open_session(ConnId conn);
  /// The link of this connection to the room besides the main one; nullptr when it is not in it.
  static RoomLink* more_link(Session& session, std::uint32_t room);
  static void forget_link(Session& session, RoomLink* link);
  /// A member more. True: the router knows the room.
  bool add(std::uint32_t place, const std::string& room, RoomLink& link, JoinKind kind, const JoinTicketRef& ticket);
  void remove(std::uint32_t place, RoomLink& link);
  void erase_if_empty(std::uint32_t room);

  std::uint8_t worker_;
  ConnectionIo& io_;
  RoomTable& rooms_;
  RoomSweeps& sweeps_;
  ControlPort& control_;
};

}  // namespace im::comet
