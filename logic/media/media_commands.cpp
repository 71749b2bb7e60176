#include "logic/media/media_commands.hpp"

#include <functional>

#include <boost/json/array.hpp>

#include "logic/chat_requests/chat_commands.hpp"
#include "logic/chat_requests/chat_json.hpp"
#include "logic/media/media_answers.hpp"
#include "logic/media/media_token.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kMostText = 1024;  ///< what is read; the service has limits of its own
constexpr std::int64_t kMostOwn = 100;

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

boost::json::object own_json(const OwnMedium& medium) {
  return {{"media_id", medium.id},
          {"name", medium.name},
          {"kind", medium.kind},
          {"mime", medium.mime},
          {"size", medium.size},
          {"bytes", medium.bytes},
          {"done", medium.done},
          {"conv_id", medium.conv.value()},
          {"created_ms", medium.created_ms}};
}

Answer own_answer(const Outcome<OwnPage>& page, std::int64_t user_bytes) {
  if (!page.ok()) return page.failure();
  boost::json::array media;
  for (const OwnMedium& medium : page.value().media) media.push_back(own_json(medium));
  boost::json::object out{{"media", std::move(media)}, {"bytes", page.value().bytes}, {"user_bytes", user_bytes}};
  if (page.value().next) out["next"] = text_of(*page.value().next);
  return out;
}

OwnCursor cursor_at(Fields& fields, const char* name) {
  auto cursor = cursor_in(fields.text_or(name, kMostText, ""));
  if (!cursor) fields.refuse(name, "the \"next\" of the page before");
  return cursor.value_or(OwnCursor{});
}

std::string medium_id(Fields& fields) {
  std::string id = fields.text("media_id", kMostText);
  if (!is_media_id(id)) fields.refuse("media_id", "32 hexadecimal digits, lower case");
  return id;
}

/// Blocks, on a thread of the pool, in the turn of its caller.
using Work = std::function<Answer()>;
/// Reads what the command wants. Not run where a field is wrong.
using Prepare = std::function<Work(Fields& fields, const chat::Actor& actor)>;

void add_command(RequestRouter& router, TurnQueue& pool, const char* cmd, const Prepare& prepare) {
  router.on(cmd, {.user = true},
            [&pool, prepare](const Caller& caller, const boost::json::object& object, const Reply& reply) {
              Fields fields(object);
              const Work work = prepare(fields, media_actor(caller));
              if (fields.failure()) return reply(*fields.failure());
              const auto posted = pool.post(std::to_string(caller.uid.value()), [work, reply] { reply(work()); });
              if (!posted) reply(posted.error());
            });
}

}  // namespace

void add_media_commands(RequestRouter& router, const MediaCommands& commands) {
  const auto add = [&](const char* cmd, const Prepare& prepare) { add_command(router, commands.pool, cmd, prepare); };
  add("media.begin", [commands](Fields& fields, const chat::Actor& actor) -> Work {
    return [commands, actor, ask = begin_in(fields)] {
      return begun_answer(commands.uploads.begin(actor, ask), commands.origin);
    };
  });
  add("media.get", [commands](Fields& fields, const chat::Actor& actor) -> Work {
    return [commands, actor, at = message_at(fields)] {
      const auto links = commands.downloads.links(actor, at);
      return links.ok() ? Answer(links_json(links.value())) : Answer(links.failure());
    };
  });
  add("media.list", [commands](Fields& fields, const chat::Actor& actor) -> Work {
    return [commands, actor, after = cursor_at(fields, "after"),
            limit = static_cast<int>(fields.number_or("limit", 1, kMostOwn, kMostOwn))] {
      return own_answer(commands.own.page(actor.uid, after, limit), commands.user_bytes);
    };
  });
  add("media.drop", [commands](Fields& fields, const chat::Actor& actor) -> Work {
    return [commands, actor, id = medium_id(fields)] {
      const auto dropped = commands.own.drop(actor.uid, id);
      return dropped.ok() ? Answer(boost::json::object{}) : Answer(dropped.failure());
    };
  });
}

}  // namespace im::logic::media
