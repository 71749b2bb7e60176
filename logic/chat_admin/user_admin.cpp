#include "logic/chat_admin/user_admin.hpp"

#include <limits>

#include "common/base/log.hpp"
#include "logic/chat_admin/admin_answer.hpp"
#include "logic/chat_requests/group_commands.hpp"

namespace im::logic::chat_admin {

namespace json = boost::json;

void UserAdmin::add_routes(HttpServer& server) {
  server.route("POST", "/admin/v1/user/erase",
               [this](const HttpRequest& request, HttpReply reply) { erase(request, std::move(reply)); });
}

void UserAdmin::erase(const HttpRequest& request, HttpReply reply) {
  const auto given = number_in(request, "uid", 1, std::numeric_limits<std::int64_t>::max());
  if (!given) return reply(failed(given.error()));
  const Uid uid(given.value());
  uses_.pool.run([this, uid]() -> Result<Ok> { return uses_.eraser.close(uid); },
                 [this, uid, reply = std::move(reply)](const Result<Ok>& closed) {
                   if (!closed.ok()) return reply(failed(closed.error()));
                   uses_.end(uid, [this, uid, reply](const Status& ended) {
                     if (!ended.ok()) return reply(failed(ended.error()));
                     empty(uid, reply);
                   });
                 });
}

void UserAdmin::empty(Uid uid, HttpReply reply) {
  answer_from(uses_.pool, std::move(reply), [this, uid]() -> Result<json::object> {
    const chat::Actor actor{uid, "", ""};
    const auto erased = uses_.eraser.erase(uid, [this, &actor](const chat::GroupChange& change) {
      tell_group_change(uses_.tell, uses_.groups, "leave", actor, change);
    });
    if (!erased) return erased.error();
    Result<int> files = 0;
    if (uses_.erase_media && erased.value().done) files = uses_.erase_media(uid);
    if (!files) return files.error();
    log::info("a user was erased",
              {{"uid", uid.value()}, {"messages", erased.value().messages}, {"files", files.value()}});
    return json::object{{"uid", uid.value()},
                        {"messages", erased.value().messages},
                        {"groups", erased.value().groups},
                        {"files", files.value()},
                        {"done", erased.value().done}};
  });
}

}  // namespace im::logic::chat_admin
