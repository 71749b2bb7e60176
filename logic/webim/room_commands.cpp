#include "logic/webim/room_commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/utf8.hpp"
#include "logic/webim/fd.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/room_events.hpp"

namespace im::logic::webim {

namespace {

constexpr std::size_t kMaxRoomName = 100, kMaxMemberName = 100;

const RoomMember* member_in(const std::vector<RoomMember>& members, Uid uid) {
  const auto found = std::ranges::find_if(members, [uid](const RoomMember& one) { return one.uid == uid; });
  return found == members.end() ? nullptr : &*found;
}

bool is_name(const std::string& text, std::size_t most) { return text.size() <= most && im::plain_text(text); }

bool is_meeting(const boost::json::object& sent) {
  const boost::json::value* name = sent.if_contains("name");
  return name != nullptr && name->is_string();
}

}  // namespace

void RoomCommands::add_requests(RequestRouter& router) {
  constexpr CommandRules kRules{.on_connection = true, .user = true, .webim = true};
  router.on("room", kRules,
            [this](const Caller& caller, const Event& sent, const Reply& reply) { room(caller, sent, reply); });
}

void RoomCommands::room(const Caller& caller, const Event& sent, const Reply& reply) {
  using Work = Result<Told> (RoomCommands::*)(const RoomMember&, const Event&);
  static constexpr std::array<std::pair<std::string_view, Work>, 6> kEvents{{
      {"createAndJoinRoom", &RoomCommands::join},
      {"offer", &RoomCommands::pass},
      {"answer", &RoomCommands::pass},
      {"candidate", &RoomCommands::pass},
      {"exit", &RoomCommands::leave},
      {"leader", &RoomCommands::lead},
  }};
  const std::string name = text_member(sent, "event");
  const auto event = std::ranges::find_if(kEvents, [&name](const auto& one) { return one.first == name; });
  if (event == kEvents.end()) return reply(Failure{Code::kUnknownCommand, "no such event of a room"});
  const RoomMember me{caller.uid, text_member(sent, "room"), text_member(sent, "name"), caller.comet, caller.conn};
  if (me.room.empty() || !is_name(me.room, kMaxRoomName) || !is_name(me.name, kMaxMemberName))
    return reply(Failure{Code::kBadValue, "room and name: at most 100 bytes, without control signs"});
  uses_.pool.run([this, work = event->second, me, sent] { return (this->*work)(me, sent); },
                 [this, uid = caller.uid, reply](const Result<Told>& told) {
                   if (!told.ok()) return reply(told.error());
                   tell(uid, told.value(), reply);
                 });
}

/// Who is in a room stands in the book: that somebody did not hear of it undoes nothing. Who has gone is no error.
void RoomCommands::tell(Uid by, const Told& what, const Reply& reply) {
  if (what.left)
    return uses_.voice.exit(*what.left, what.event, [reply](const Result<std::int32_t>&) { reply(Event()); });
  Event answer;
  const bool joined = !what.answer.empty();
  if (joined) answer["webim"] = what.answer;
  uses_.voice.tell(what.members, what.event,
                   [this, by, joined, signal = what.signal, reply, answer](const Result<std::int32_t>& told) {
                     if (signal && !told.ok()) return reply(told.error());
                     reply(answer);
                     if (joined) uses_.stays.noted({Stay{by}});
                   });
}

/// The first one hears of itself by `created` only. All hear of a newcomer before it can make an offer, and first that
/// it had left, if they are owed that.
Result<RoomCommands::Told> RoomCommands::join(const RoomMember& me, const Event& sent) {
  const auto owed = uses_.book.owed(me.room, me.uid);
  if (!owed.ok()) return owed.error();
  if (owed.value()) uses_.voice.exit(*owed.value(), lost_event(owed.value()->who), [](const Result<std::int32_t>&) {});
  auto members = uses_.book.join(me);
  if (!members.ok()) return members.error();
  const bool meeting = is_meeting(sent);
  const RoomMember* newcomer = member_in(members.value(), me.uid);
  if (newcomer == nullptr) return Error{Error::Code::kInternal, "who has joined is not in the room"};
  Told told{{}, joined_event(*newcomer, meeting), created_event(*newcomer, members.value(), meeting)};
  if (members.value().front().uid != me.uid) told.members = std::move(members).value();
  return told;
}

/// Both must be in the room that is named; else nobody hears it, as in the original.
Result<RoomCommands::Told> RoomCommands::pass(const RoomMember& me, const Event& sent) {
  const auto members = uses_.book.members(me.room);
  if (!members.ok()) return members.error();
  const boost::json::value* to = sent.if_contains("to");
  const auto uid = to == nullptr ? std::nullopt : uid_of(*to);
  const RoomMember* peer = uid ? member_in(members.value(), *uid) : nullptr;
  if (peer == nullptr || member_in(members.value(), me.uid) == nullptr) return Told{};
  return Told{{*peer}, passed_on(sent, me.uid), {}, true};
}

Result<RoomCommands::Told> RoomCommands::leave(const RoomMember& me, const Event& sent) {
  auto left = uses_.book.leave(me.room, me.uid);
  if (!left.ok()) return left.error();
  Told told;
  told.event = passed_on(sent, me.uid);
  told.left = std::move(left).value();
  return told;
}

Result<RoomCommands::Told> RoomCommands::lead(const RoomMember& me, const Event& sent) {
  auto members = uses_.book.members(me.room);
  if (!members.ok()) return members.error();
  if (member_in(members.value(), me.uid) == nullptr) return Told{};
  if (const Status leads = uses_.book.lead(me.room, me.uid); !leads.ok()) return leads.error();
  for (RoomMember& member : members.value()) member.leads = member.uid == me.uid;
  Event event = passed_on(sent, me.uid);
  event["roomInfo"] = room_info(members.value());
  return Told{std::move(members).value(), std::move(event), {}};
}

}  // namespace im::logic::webim
