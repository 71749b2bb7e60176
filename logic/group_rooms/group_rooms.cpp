#include "logic/group_rooms/group_rooms.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include <boost/json/parse.hpp>

#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "common/base/reserved_room.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using group_rooms::RoomFacts;
using group_rooms::RoomState;

constexpr BlockingPool::Options kPool{.threads = 8, .max_waiting = 4096};

/// Forgotten ones cost a row or two by session.
constexpr std::size_t kMostSeen = 1000;

/// Who came and who went by a system row.
struct Moves {
  std::vector<Uid> came, went;
};

Moves moves_of(const store::Message& row) {
  Moves moves;
  if (row.type != "system" || row.kind != store::RowKind::kMessage) return moves;
  boost::system::error_code error;
  const json::value body = json::parse(row.body, error);
  if (error || !body.is_object()) return moves;
  const json::value* event = body.get_object().if_contains("event");
  const json::value* uids = body.get_object().if_contains("uids");
  if (event == nullptr || !event->is_string() || uids == nullptr || !uids->is_array()) return moves;
  const std::string name(event->get_string().c_str());
  const bool comes = name == "create" || name == "invite" || name == "join" || name == "approve";
  if (!comes && name != "leave" && name != "kick") return moves;
  for (const json::value& uid : uids->get_array())
    if (uid.is_int64()) (comes ? moves.came : moves.went).emplace_back(uid.get_int64());
  return moves;
}

}  // namespace

GroupRooms::GroupRooms(store::Store& store, SessionDirectory& directory, CometGateway& comets, Options options)
    : options_(options), book_(store), door_(directory, comets), pool_(kPool) {}

RoomId GroupRooms::room_of(store::ConvId conv) {
  return RoomId(std::string(kReservedRoomType) + std::to_string(conv.value()));
}

Result<GroupRooms::Way> GroupRooms::way_of(const store::Message& row) {
  auto found = book_.facts(row.conv);
  if (!found) return found.error();
  const RoomFacts& facts = found.value();
  Way way;
  if (!facts.group) return way;
  if (facts.state != RoomState::kNone)
    if (auto noted = note_change(row, facts.state); !noted) return noted.error();
  const bool large = facts.members > options_.most;
  if (facts.state == RoomState::kOpen && facts.members * 5 < options_.most * 4) {
    ++stats_.closed;
    if (auto closed = book_.set_state(row.conv, RoomState::kClosed); !closed) return closed.error();
    return way;
  }
  if (facts.state != RoomState::kOpen) {
    if (large) begin_opening(row.conv);
    return way;
  }
  const auto leaving = others_go(row);
  if (!leaving) return leaving.error();
  if (leaving.value()) return way;
  way.room = true;
  // As they are after this row.
  if (!moves_of(row).came.empty() || !facts.comers.empty()) {
    auto now = book_.facts(row.conv);
    if (!now) return now.error();
    for (const auto& comer : now.value().comers) way.also.push_back(comer.uid);
    settle(row.conv, now.value());
  }
  return way;
}

Result<bool> GroupRooms::others_go(const store::Message& row) {
  const auto changes = book_.changes_under_way(row.conv, row.seq);
  if (!changes) return changes.error();
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(changes.value(), [this](const store::Message& change) {
    return !moves_of(change).went.empty() && !seen_out_.contains({change.conv, change.seq});
  });
}

/// Those who went are out before the row goes, and so before any later one.
Status GroupRooms::note_change(const store::Message& row, RoomState state) {
  const Moves moves = moves_of(row);
  if (!moves.came.empty() && state != RoomState::kClosed)
    if (auto added = book_.add_comers(row.conv, moves.came); !added) return added;
  if (moves.went.empty()) return Ok{};
  if (auto forgotten = book_.forget_comers(row.conv, moves.went); !forgotten) return forgotten;
  if (auto moved = door_.move_now(moves.went, room_of(row.conv), false); !moved) return moved;
  const std::lock_guard lock(mutex_);
  if (seen_out_.size() >= kMostSeen) seen_out_.clear();
  seen_out_.emplace(row.conv, row.seq);
  return Ok{};
}

void GroupRooms::begin_opening(store::ConvId conv) {
  {
    const std::lock_guard lock(mutex_);
    if (!busy_.insert(conv).second) return;
  }
  const auto work = [this, conv] {
    const Status opened = open(conv);
    ++(opened.ok() ? stats_.opened : stats_.failed);
    if (!opened.ok())
      log::warn("a group's room is not open yet; its next row tries again",
                {{"conv_id", conv.value()}, {"why", opened.error().message}});
    const std::lock_guard lock(mutex_);
    busy_.erase(conv);
  };
  if (pool_.post(work).ok()) return;
  const std::lock_guard lock(mutex_);
  busy_.erase(conv);
}

/// From the first step on every hello and every new member counts for the room, so that nobody falls in between; who
/// left in the meantime is let out again.
Status GroupRooms::open(store::ConvId conv) {
  if (auto begun = book_.set_state(conv, RoomState::kOpening); !begun) return begun;
  fault::fire("rooms.opening");
  const auto before = book_.members(conv);
  if (!before) return before.error();
  if (auto moved = door_.move_now(before.value(), room_of(conv), true); !moved) return moved;
  const auto after = book_.members(conv);
  if (!after) return after.error();
  std::vector<Uid> left;
  std::ranges::set_difference(before.value(), after.value(), std::back_inserter(left));
  if (auto moved = door_.move_now(left, room_of(conv), false); !moved) return moved;
  fault::fire("rooms.before_open");
  return book_.set_state(conv, RoomState::kOpen);
}

/// Comers who have been there long enough are let in; from then on the room is their way.
void GroupRooms::settle(store::ConvId conv, const RoomFacts& facts) {
  std::vector<Uid> due;
  for (const auto& comer : facts.comers)
    if (comer.since_ms + options_.settle_ms <= facts.now_ms) due.push_back(comer.uid);
  if (due.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!busy_.insert(conv).second) return;
  }
  const auto work = [this, conv, due] {
    Status done = door_.move_now(due, room_of(conv), true);
    if (done) done = book_.forget_comers(conv, due);
    if (!done.ok()) ++stats_.failed;
    const std::lock_guard lock(mutex_);
    busy_.erase(conv);
  };
  if (pool_.post(work).ok()) return;
  const std::lock_guard lock(mutex_);
  busy_.erase(conv);
}

void GroupRooms::enter(Uid uid, const CometInstance& comet, ConnId conn, std::function<void(Status)> done) {
  if (uid.value() <= 0) return done(Ok{});
  const auto posted = pool_.post([this, uid, comet, conn, done] { enter_rooms(uid, comet, conn, done); });
  if (!posted.ok()) done(posted.error());
}

/// Who was taken out of a group meanwhile is let out again: the one who took them out may have been faster.
void GroupRooms::enter_rooms(Uid uid, const CometInstance& comet, ConnId conn,
                             const std::function<void(Status)>& done) {
  const auto convs = book_.rooms_of(uid);
  if (!convs) return done(convs.error());
  if (convs.value().empty()) return done(Ok{});
  std::vector<RoomId> rooms;
  for (const store::ConvId conv : convs.value()) rooms.push_back(room_of(conv));
  door_.move(comet, conn, std::move(rooms), true, [this, uid, comet, conn, before = convs.value(), done](Status moved) {
    if (!moved.ok()) return done(moved);
    const auto posted = pool_.post([this, uid, comet, conn, before, done] {
      const auto after = book_.rooms_of(uid);
      if (!after) return done(after.error());
      std::vector<RoomId> left;
      for (const store::ConvId conv : before)
        if (std::ranges::find(after.value(), conv) == after.value().end()) left.push_back(room_of(conv));
      if (left.empty()) return done(Ok{});
      door_.move(comet, conn, std::move(left), false, done);
    });
    if (!posted.ok()) done(posted.error());
  });
}

}  // namespace im::logic
