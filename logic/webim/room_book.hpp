#pragma once

#include <set>
#include <string>
#include <vector>

#include "logic/store/store.hpp"

namespace im::logic::webim {

/// Somebody in a room of the room demo, and where their connection is.
struct RoomMember {
  Uid uid;
  std::string room, name;
  CometInstance comet;
  ConnId conn;
  std::int64_t place = 0;  ///< in the order of coming
  bool leads = false;      ///< they said so
};

/// Who is in which room of the room demo, in the store, where every logic sees them. Blocking; any thread but one of an
/// io_context.
class RoomBook {
 public:
  explicit RoomBook(store::Store& store) : store_(store) {}

  /// All in the room in the order of coming; those who come at once have an order, too. Once in it, nothing changes.
  /// kOverloaded: the room is full, or they are in too many.
  Result<std::vector<RoomMember>> join(const RoomMember& member);
  Result<std::vector<RoomMember>> members(const std::string& room);
  Status lead(const std::string& room, Uid uid);
  Status leave(const std::string& room, Uid uid);
  /// The places in rooms that these have.
  Result<std::vector<RoomMember>> places_of(const std::vector<Uid>& uids);
  /// The users of a slot that are in rooms since `grace_ms` or longer.
  Result<std::vector<Uid>> of_slot(std::size_t slot, std::int64_t grace_ms);

 private:
  Result<std::vector<RoomMember>> try_join(const RoomMember& member);

  store::Store& store_;
};

}  // namespace im::logic::webim
