#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/webim/room_book.hpp"

/// What those in a room of the room demo hear: the names and fields of its events (docs/room-demo.md). Pure.
namespace im::logic::webim {

/// How the demo calls somebody; a text, as its socket ids were.
std::string id_of(Uid uid);
/// Who leads: who said so, else who has been there longest. `members` in the order of coming, not empty.
const RoomMember& leader_of(const std::vector<RoomMember>& members);
/// {leaderId, leaderName, users}
boost::json::object room_info(const std::vector<RoomMember>& members);

/// To everybody in the room, who has just come too.
boost::json::object joined_event(const RoomMember& newcomer, bool meeting);
/// To who has just come; those who were there before are its peers.
boost::json::object created_event(const RoomMember& newcomer, const std::vector<RoomMember>& members, bool meeting);
/// Of somebody whose connection ended: `room` is empty, as the old pages know it; which one it was stands beside.
boost::json::object lost_event(const RoomMember& gone);
/// What a page sent, for others: from whom it is says the session.
boost::json::object passed_on(boost::json::object sent, Uid from);

}  // namespace im::logic::webim
