#pragma once

#include <functional>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/chat/user_eraser.hpp"
#include "logic/chat_requests/live_events.hpp"

namespace im::logic::chat_admin {

/// POST /admin/v1/user/erase?uid=N: first nobody is this user any more, then what they wrote goes, some of it in each
/// call: the answer says whether to call again.
class UserAdmin {
 public:
  /// Closes a user's connections and refuses their tokens; any thread, `done` once.
  using EndSessions = std::function<void(Uid, std::function<void(Status)> done)>;
  /// How many files of the user are gone now; an error while bytes are left. Empty: there are none. Blocks.
  using EraseMedia = std::function<Result<int>(Uid)>;
  struct Uses {
    BlockingPool& pool;
    chat::UserEraser& eraser;
    chat::GroupService& groups;
    TellLive tell;
    EndSessions end;
    EraseMedia erase_media;
  };
  explicit UserAdmin(Uses uses) : uses_(std::move(uses)) {}
  void add_routes(HttpServer& server);
  void erase(const HttpRequest& request, HttpReply reply);

 private:
  void empty(Uid uid, HttpReply reply);

  const Uses uses_;
};

}  // namespace im::logic::chat_admin
