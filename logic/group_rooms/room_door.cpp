#include "logic/group_rooms/room_door.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <utility>

#include "common/base/when_all.hpp"

namespace im::logic::group_rooms {

namespace {

constexpr std::size_t kOneAsk = 500;

/// Who is gone needs no moving.
Reached gone_is_moved(Reached done) {
  return [done = std::move(done)](Result<std::int32_t> reached) {
    const bool gone = !reached.ok() && (reached.error().code == Error::Code::kNotFound ||
                                        reached.error().code == Error::Code::kConflict);
    done(gone ? Result<std::int32_t>(0) : std::move(reached));
  };
}

Reached as_status(RoomDoor::Done done) {
  return [done = std::move(done)](const Result<std::int32_t>& reached) {
    done(reached.ok() ? Status(Ok{}) : Status(reached.error()));
  };
}

}  // namespace

void RoomDoor::move(std::vector<Uid> uids, const RoomId& room, bool in, Done done) {
  LocateAsk ask;
  for (const Uid uid : uids) ask.uids.push_back(uid.value());
  directory_.locate(std::move(ask),
                    [&comets = comets_, room, in, done = std::move(done)](const Result<LocateAnswer>& located) {
                      if (!located.ok()) return done(located.error());
                      if (!located.value().complete)
                        return done(Error{Error::Code::kUnavailable, "no router can say where all are"});
                      std::map<CometInstance, std::vector<ConnId>> by_comet;
                      for (const auto& sessions : located.value().by_uid)
                        for (const SessionInfo& session : sessions) by_comet[session.comet].push_back(session.conn);
                      WhenAll<std::int32_t> all(as_status(done));
                      for (auto& [comet, conns] : by_comet)
                        comets.send(comet, RoomChange{std::move(conns), {room}, in}, gone_is_moved(all.part()));
                    });
}

Status RoomDoor::move_now(const std::vector<Uid>& uids, const RoomId& room, bool in) {
  for (std::size_t from = 0; from < uids.size(); from += kOneAsk) {
    const auto begin = uids.begin() + static_cast<std::ptrdiff_t>(from);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kOneAsk, uids.size() - from));
    const auto told = std::make_shared<std::promise<Status>>();
    auto future = told->get_future();
    move(std::vector<Uid>(begin, begin + count), room, in,
         [told](Status status) { told->set_value(std::move(status)); });
    if (auto moved = future.get(); !moved) return moved;
  }
  return Ok{};
}

void RoomDoor::move(const CometInstance& comet, ConnId conn, std::vector<RoomId> rooms, bool in, Done done) {
  comets_.send(comet, RoomChange{{conn}, std::move(rooms), in}, gone_is_moved(as_status(std::move(done))));
}

}  // namespace im::logic::group_rooms
