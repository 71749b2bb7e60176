#pragma once

#include "logic/chat/group_service.hpp"
#include "logic/chat/message_service.hpp"
#include "logic/chat_requests/live_events.hpp"
#include "logic/console/admin_door.hpp"

namespace im::logic {

/// What is said, and where. GET /api/groups?q=&before=, /api/group?conv=&after=, /api/messages?q=&conv=&from=;
/// POST /api/group/rename {"conv","name"}, /api/group/remove {"conv","uid"}, /api/group/dissolve {"conv"},
/// /api/message/remove {"conv","seq"}. Groups are changed in the name of their owner: a row of a conversation is
/// somebody's, and the log says who it was.
class TalkDesk {
 public:
  TalkDesk(store::Store& store, chat::GroupService& groups, chat::MessageService& messages, TellLive tell)
      : store_(store), groups_(groups), messages_(messages), tell_(std::move(tell)) {}
  void add_routes(HttpServer& server, AdminDoor& door);

 private:
  using Change = std::function<Result<chat::GroupChange>(const chat::Actor& owner)>;
  void find_groups(const Deed& deed, HttpReply reply);
  void show_group(const Deed& deed, HttpReply reply);
  void find_messages(const Deed& deed, HttpReply reply);
  void rename(const Deed& deed, HttpReply reply);
  void remove_member(const Deed& deed, HttpReply reply);
  void dissolve(const Deed& deed, HttpReply reply);
  void remove_message(const Deed& deed, HttpReply reply);
  void change(chat::ConvId conv, const HttpReply& reply, const Change& change);
  Result<chat::Actor> owner_of(chat::ConvId conv);

  store::Store& store_;
  chat::GroupService& groups_;
  chat::MessageService& messages_;
  const TellLive tell_;
};

}  // namespace im::logic
