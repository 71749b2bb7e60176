#include "logic/media/media_commands.hpp"

#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/chat_json.hpp"
#include "logic/media/media_answers.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kMostText = 1024;  ///< what is read; the service has limits of its own

chat::Actor media_actor(const Caller& caller) { return {caller.uid, caller.device, caller.client_ip}; }

BeginAsk begin_in(Fields& fields) {
  BeginAsk ask;
  ask.name = fields.raw_text("name", 64U * 1024);
  ask.mime = fields.text_or("mime", kMostText, "");
  ask.sha256 = fields.text("sha256", kMostText);
  ask.size = fields.number("size", 1, kMostId);
  ask.conv = chat::ConvId(fields.number("conv_id", 1, kMostId));
  return ask;
}

MessageAt message_at(Fields& fields) {
  const MessageId id = read_message_id(fields.text("msg_id", kMostText));
  if (id.seq == 0) fields.refuse("msg_id", "\"CONV:SEQ\"");
  return {id.conv, id.seq};
}

Answer begun_answer(const Outcome<Begun>& begun, const std::string& origin) {
  if (!begun.ok()) return begun.failure();
  boost::json::object out = progress_json(begun.value().progress);
  if (begun.value().progress.done) return out;
  out["upload"] = origin + "/media/upload/" + begun.value().progress.id;
  out["token"] = begun.value().token;
  out["until_ms"] = begun.value().until_ms;
  return out;
}

}  // namespace

void add_media_commands(RequestRouter& router, const MediaCommands& commands) {
  router.on("media.begin", {.user = true},
            [commands](const Caller& caller, const boost::json::object& object, const Reply& reply) {
              Fields fields(object);
              const BeginAsk ask = begin_in(fields);
              if (fields.failure()) return reply(*fields.failure());
              const auto posted = commands.pool.post(
                  std::to_string(caller.uid.value()), [commands, actor = media_actor(caller), ask, reply] {
                    reply(begun_answer(commands.uploads.begin(actor, ask), commands.origin));
                  });
              if (!posted) reply(posted.error());
            });
  router.on("media.get", {.user = true},
            [commands](const Caller& caller, const boost::json::object& object, const Reply& reply) {
              Fields fields(object);
              const MessageAt at = message_at(fields);
              if (fields.failure()) return reply(*fields.failure());
              const auto posted = commands.pool.post(
                  std::to_string(caller.uid.value()), [commands, actor = media_actor(caller), at, reply] {
                    const auto links = commands.downloads.links(actor, at);
                    reply(links.ok() ? Answer(links_json(links.value())) : Answer(links.failure()));
                  });
              if (!posted) reply(posted.error());
            });
}

}  // namespace im::logic::media
