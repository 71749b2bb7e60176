#pragma once

#include <optional>
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

/// Somebody who left a room, and the others, who are owed their exit.
struct Left {
  RoomMember who;
  std::vector<RoomMember> rest;
  std::int64_t at_ms = 0;  ///< by the database's clock: with user and room the name of this exit
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
  /// Nothing: they were not in it, or somebody else has taken them out. Until told() the exit is owed to the rest.
  Result<std::optional<Left>> leave(const std::string& room, Uid uid);
  /// The rest has heard of it.
  Status told(const Left& left);
  /// The exit that is owed, before they come in again. Nothing: none, or they are in.
  Result<std::optional<Left>> owed(const std::string& room, Uid uid);
  /// Some exits that nobody has tried to tell for `idle_ms`; whoever gets one tells it now.
  Result<std::vector<Left>> take_owed(std::int64_t idle_ms);
  /// The places in rooms that these have.
  Result<std::vector<RoomMember>> places_of(const std::vector<Uid>& uids);
  /// The users of a slot that are in rooms since `grace_ms` or longer.
  Result<std::vector<Uid>> of_slot(std::size_t slot, std::int64_t grace_ms);
  /// The users that came into rooms from then until then.
  Result<std::vector<Uid>> who_came(std::int64_t from_ms, std::int64_t until_ms);

 private:
  Result<std::optional<Left>> take_owed(const sql::Row& exit);
  Result<std::vector<RoomMember>> try_join(const RoomMember& member);

  store::Store& store_;
};

}  // namespace im::logic::webim
