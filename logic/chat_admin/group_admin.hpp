#pragma once

#include <functional>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/chat_admin/group_list.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic::chat_admin {

/// /admin/v1/groups, /admin/v1/group…: operators look at groups and change them. They act in the place of a group's
/// owner: the same rights, and members see the owner's name in the system message.
class GroupAdmin {
 public:
  struct Uses {
    BlockingPool& pool;
    GroupList& list;
    chat::GroupService& groups;
    TellLive tell;
  };
  explicit GroupAdmin(Uses uses) : uses_(std::move(uses)) {}
  void add_routes(HttpServer& server);

 private:
  using Change = std::function<Result<chat::GroupChange>(const chat::Actor&, chat::ConvId)>;
  void groups(const HttpRequest& request, HttpReply reply);
  void group(const HttpRequest& request, HttpReply reply);
  void members(const HttpRequest& request, HttpReply reply);
  void rename(const HttpRequest& request, HttpReply reply);
  void remove(const HttpRequest& request, HttpReply reply);
  void dissolve(const HttpRequest& request, HttpReply reply);
  void mute(const HttpRequest& request, HttpReply reply);
  void change(const HttpRequest& request, HttpReply reply, const char* event, Change change);

  const Uses uses_;
};

}  // namespace im::logic::chat_admin
