#include "logic/webim/room_events.hpp"

#include <algorithm>

#include <boost/json/array.hpp>

namespace im::logic::webim {

namespace {
namespace json = boost::json;
}

std::string id_of(Uid uid) { return std::to_string(uid.value()); }

const RoomMember& leader_of(const std::vector<RoomMember>& members) {
  const auto leads = std::ranges::find_if(members, [](const RoomMember& one) { return one.leads; });
  return leads == members.end() ? members.front() : *leads;
}

json::object room_info(const std::vector<RoomMember>& members) {
  const RoomMember& leader = leader_of(members);
  json::array users;
  for (const RoomMember& member : members) users.emplace_back(id_of(member.uid));
  return {{"leaderId", id_of(leader.uid)}, {"leaderName", leader.name}, {"users", std::move(users)}};
}

json::object joined_event(const RoomMember& newcomer, bool meeting) {
  json::object event{{"event", "joined"}, {"id", id_of(newcomer.uid)}, {"room", newcomer.room}};
  if (meeting) event["name"] = newcomer.name;
  return event;
}

json::object created_event(const RoomMember& newcomer, const std::vector<RoomMember>& members, bool meeting) {
  json::array peers;
  for (const RoomMember& member : members) {
    if (member.place >= newcomer.place) continue;
    json::object peer{{"id", id_of(member.uid)}};
    if (meeting) peer["userInfo"] = {{"name", member.name}};
    peers.push_back(std::move(peer));
  }
  json::object event{{"event", "created"}, {"id", id_of(newcomer.uid)}, {"room", newcomer.room}};
  if (meeting && peers.empty()) event["name"] = newcomer.name;
  if (meeting) event["roomInfo"] = room_info(members);
  event["peers"] = std::move(peers);
  return event;
}

json::object lost_event(const RoomMember& gone) {
  json::object event{{"event", "exit"}, {"from", id_of(gone.uid)}, {"room", ""}, {"left", gone.room}};
  if (!gone.name.empty()) event["name"] = {{"name", gone.name}};
  return event;
}

json::object passed_on(json::object sent, Uid from) {
  sent.erase("cmd");
  sent["from"] = id_of(from);
  return sent;
}

}  // namespace im::logic::webim
