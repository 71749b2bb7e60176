#include "logic/chat_requests/chat_commands.hpp"

namespace im::logic {

namespace {

chat::Actor actor_of(const Caller& caller) {
  // Delivered marks are of a device; an HTTP call has none but the one of its token.
  chat::Actor actor{caller.uid, caller.device.empty() ? caller.key.substr(0, 64) : caller.device, caller.client_ip};
  if (caller.door == Door::kConnection) actor.origin = store::Origin{caller.comet, caller.conn};
  return actor;
}

}  // namespace

void ChatCommands::on(std::string cmd, Plan plan) {
  router_.on(std::move(cmd), {.user = true},
             [&pool = pool_, meet = meet_, plan = std::move(plan)](
                 const Caller& caller, const boost::json::object& object, const Reply& reply) {
               Fields fields(object);
               Work work = plan(actor_of(caller), fields);
               if (fields.failure()) return reply(*fields.failure());
               const auto met = [meet, uid = caller.uid, work = std::move(work)]() -> Result<boost::json::object> {
                 if (const Status there = meet ? meet(uid) : Status(Ok{}); !there.ok()) return there.error();
                 return work();
               };
               pool.run(met, [reply](Result<boost::json::object> result) {
                 if (!result.ok()) return reply(result.error());
                 reply(std::move(result).value());
               });
             });
}

}  // namespace im::logic
