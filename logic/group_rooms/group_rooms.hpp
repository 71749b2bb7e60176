#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "common/base/blocking_pool.hpp"
#include "logic/group_rooms/room_book.hpp"
#include "logic/group_rooms/room_door.hpp"

namespace im::logic {

/// Groups with many members: their rows go once to each comet, through the room "conv://ID", instead of session by
/// session. Connections come into the room by command of a logic alone: those there are when the room opens, others
/// before their hello is answered, new members some time after they came, so that no row from before them, still on
/// its way, reaches them. Which groups have a room stands in the store (docs/decisions/0056-group-rooms.md).
class GroupRooms {
 public:
  struct Options {
    std::int64_t most = 500;          ///< members without a room
    std::int64_t settle_ms = 10'000;  ///< until a new member is let in; rows go to them by session meanwhile
  };
  /// How a row goes.
  struct Way {
    bool room = false;
    std::vector<Uid> also;  ///< members who are not in the room yet
  };
  struct Stats {
    std::atomic<std::uint64_t> opened{0}, closed{0}, failed{0};
  };

  GroupRooms(store::Store& store, SessionDirectory& directory, CometGateway& comets, Options options);
  ~GroupRooms() { stop(); }

  static RoomId room_of(store::ConvId conv);
  /// For the thread that sends rows. Blocks; who left by this row, or by an earlier one, does not get it: they are out
  /// of the room when this returns, or the row goes by session.
  Result<Way> way_of(const store::Message& row);
  /// Before a hello is answered: the connection is in the rooms of its user. Any thread; `done` once.
  void enter(Uid uid, const CometInstance& comet, ConnId conn, std::function<void(Status)> done);
  const Stats& stats() const { return stats_; }
  void stop() { pool_.stop(); }

 private:
  /// Whether somebody goes by an earlier row that another logic has: they may still be in the room.
  Result<bool> others_go(const store::Message& row);
  Status note_change(const store::Message& row, group_rooms::RoomState state);
  void begin_opening(store::ConvId conv);
  Status open(store::ConvId conv);
  void settle(store::ConvId conv, const group_rooms::RoomFacts& facts);
  void enter_rooms(Uid uid, const CometInstance& comet, ConnId conn, const std::function<void(Status)>& done);

  const Options options_;
  group_rooms::RoomBook book_;
  group_rooms::RoomDoor door_;
  Stats stats_;
  std::mutex mutex_;
  std::set<std::pair<store::ConvId, store::Seq>> seen_out_;  ///< rows by which somebody went, and is out
  std::set<store::ConvId> busy_;                             ///< being opened, or letting comers in, by this logic
  BlockingPool pool_;
};

}  // namespace im::logic
