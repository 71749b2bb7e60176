#include "logic/requests/room_requests.hpp"

#include "common/base/reserved_room.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxRoom = 512;

/// "type://id".
std::string read_room(Fields& fields, std::optional<Failure>& wrong) {
  std::string room = fields.text("room", kMaxRoom);
  const std::size_t type = room.find("://");
  wrong = fields.failure();
  if (!wrong && (type == std::string::npos || type == 0 || type + 3 == room.size()))
    wrong = Failure{Code::kBadValue, "\"room\" must be TYPE://ID", {}, {}};
  if (!wrong && reserved_room(room))
    wrong = Failure{Code::kForbidden, "rooms of this type are the cluster's own", {}, {}};
  return room;
}

using Move = void (RoomGate::*)(const Caller&, std::string, std::function<void(Status)>);

RequestRouter::Handler mover(RoomGate& gate, Move move) {
  return [&gate, move](const Caller& caller, const json::object& object, const Reply& reply) {
    Fields fields(object);
    std::optional<Failure> wrong;
    const std::string room = read_room(fields, wrong);
    if (wrong) return reply(*wrong);
    (gate.*move)(caller, room, [reply, room](const Status& status) {
      reply(status.ok() ? Answer(json::object{{"room", room}}) : Answer(status.error()));
    });
  };
}

RequestRouter::Handler counter(SessionDirectory& sessions) {
  return [&sessions](const Caller&, const json::object& object, const Reply& reply) {
    Fields fields(object);
    std::optional<Failure> wrong;
    const std::string room = read_room(fields, wrong);
    if (wrong) return reply(*wrong);
    OnlineAsk ask;
    ask.rooms = {room};
    sessions.online(std::move(ask), [reply, room](const Result<OnlineAnswer>& online) {
      if (!online.ok()) return reply(Answer(online.error()));
      const auto& rooms = online.value().rooms;
      reply(json::object{{"room", room}, {"count", rooms.empty() ? 0 : rooms.front().second}});
    });
  };
}

}  // namespace

void add_room_requests(RequestRouter& router, SessionDirectory& sessions, RoomGate& gate) {
  router.on("room.members", {}, counter(sessions));
  router.on("room.join", {.on_connection = true}, mover(gate, &RoomGate::join));
  router.on("room.leave", {.on_connection = true}, mover(gate, &RoomGate::leave));
}

}  // namespace im::logic
