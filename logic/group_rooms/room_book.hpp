#pragma once

#include <cstdint>
#include <vector>

#include "logic/store/message.hpp"
#include "logic/store/store.hpp"

namespace im::logic::group_rooms {

enum class RoomState { kNone = 0, kOpening = 1, kOpen = 2, kClosed = 3 };

struct Comer {
  Uid uid;
  std::int64_t since_ms = 0;
};

/// A group as the push path sees it.
struct RoomFacts {
  bool group = false;
  std::int64_t members = 0;
  RoomState state = RoomState::kNone;
  std::vector<Comer> comers;
  std::int64_t now_ms = 0;  ///< the database's clock, where there are comers
};

/// Which groups have a room, in the store: all logics see the same. Blocking.
class RoomBook {
 public:
  explicit RoomBook(store::Store& store) : store_(store) {}

  Result<RoomFacts> facts(store::ConvId conv);
  /// Rows before `seq` that say somebody came or went and that nobody has told to be out yet.
  Result<std::vector<store::Message>> changes_under_way(store::ConvId conv, store::Seq seq);
  Result<std::vector<Uid>> members(store::ConvId conv);
  /// Open and opening rooms of groups in which the user is, without those whose comer they are.
  Result<std::vector<store::ConvId>> rooms_of(Uid uid);
  Status set_state(store::ConvId conv, RoomState state);
  Status add_comers(store::ConvId conv, const std::vector<Uid>& uids);
  Status forget_comers(store::ConvId conv, const std::vector<Uid>& uids);

 private:
  store::Store& store_;
};

}  // namespace im::logic::group_rooms
