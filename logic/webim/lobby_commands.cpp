#include "logic/webim/lobby_commands.hpp"

#include <boost/json/array.hpp>

#include "logic/requests/fields.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxPeople = 1000;
constexpr std::size_t kMaxText = 1024;  // what a page may say
constexpr std::int64_t kMaxLines = 100;

/// Runs on the pool; its members or its error are the answer.
void work(BlockingPool& pool, std::function<Result<json::object>()> run, const Reply& reply) {
  pool.run(std::move(run), [reply](const Result<json::object>& done) {
    if (!done.ok()) return reply(done.error());
    reply(done.value());
  });
}

}  // namespace

void LobbyCommands::add_requests(RequestRouter& router) {
  constexpr CommandRules kConnected{.on_connection = true, .user = true};
  router.on("lobby.enter", kConnected,
            [this](const Caller& caller, const json::object&, const Reply& reply) { enter(caller, reply); });
  router.on("lobby.leave", kConnected,
            [this](const Caller& caller, const json::object&, const Reply& reply) { leave(caller, reply); });
  router.on("lobby.send", {.user = true}, [this](const Caller& caller, const json::object& fields, const Reply& reply) {
    send(caller, fields, reply);
  });
  router.on("lobby.history", {.user = true},
            [this](const Caller&, const json::object& fields, const Reply& reply) { history(fields, reply); });
}

/// In the room first: who is listed hears what is said.
void LobbyCommands::enter(const Caller& caller, const Reply& reply) {
  uses_.comets.join(caller.comet, {caller.conn}, {RoomId(kLobby)},
                    [this, uid = caller.uid, session = caller.epoch, reply](const Result<std::int32_t>& joined) {
                      if (!joined.ok()) return reply(joined.error());
                      work(uses_.pool, [this, uid, session] { return come_in(uid, session); }, reply);
                    });
}

Result<json::object> LobbyCommands::come_in(Uid uid, SessionEpoch session) {
  const auto entered = uses_.people.add_user(uid, session);
  if (!entered.ok()) return entered.error();
  if (const auto told = uses_.arrivals.tell(uid); !told.ok()) return told.error();
  if (const Status asked = look_for(uid); !asked.ok()) return asked.error();
  const auto people = uses_.people.all(kMaxPeople);
  if (!people.ok()) return people.error();
  json::array list;
  for (const Person& person : people.value())
    list.push_back(
        {{"uid", person.uid.value()}, {"name", unescaped(person.name)}, {"avatar", unescaped(person.avatar)}});
  return json::object{{"room", kLobby}, {"conv_id", uses_.lobby.conv().value()}, {"people", std::move(list)}};
}

void LobbyCommands::leave(const Caller& caller, const Reply& reply) {
  uses_.comets.leave(caller.comet, {caller.conn}, {RoomId(kLobby)},
                     [this, uid = caller.uid, session = caller.epoch, reply](const Result<std::int32_t>& left) {
                       if (!left.ok()) return reply(left.error());
                       work(uses_.pool, [this, uid, session] { return go_out(uid, session); }, reply);
                     });
}

/// Who has come in again meanwhile stays, and is told of: by the next round (StayRound) if it fails here. Other
/// sessions that came in may have ended.
Result<json::object> LobbyCommands::go_out(Uid uid, SessionEpoch session) {
  const auto last = uses_.people.let_go(uid, session);
  if (!last.ok()) return last.error();
  if (last.value()) {
    if (const Status told = uses_.voice.went(*last.value()); !told.ok()) return told.error();
    const auto gone = uses_.people.remove(*last.value());
    if (!gone.ok()) return gone.error();
    if (gone.value()) return json::object{};
    static_cast<void>(uses_.arrivals.tell(uid));
  }
  const Status asked = look_for(uid);
  return asked.ok() ? Result<json::object>(json::object{}) : Result<json::object>(asked.error());
}

/// Their session may have ended before it was noted.
Status LobbyCommands::look_for(Uid uid) {
  const auto stays = uses_.people.stays_of_users({uid});
  if (!stays.ok()) return stays.error();
  uses_.stays.noted(stays.value());
  return Ok{};
}

/// Kept as a page would have written it, so that pages draw it and the old table shows it.
void LobbyCommands::send(const Caller& caller, const json::object& object, const Reply& reply) {
  Fields fields(object);
  const std::string body = escaped(fields.raw_text("body", kMaxText));
  if (fields.failure()) return reply(*fields.failure());
  json::object message{
      {"cmd", "message"}, {"from", caller.uid.value()}, {"channal", 0}, {"data", body}, {"type", "text"}};
  const Line line{{caller.uid, caller.device, caller.client_ip}, "text", std::move(message)};
  const auto say = [this, line]() -> Result<json::object> {
    if (const Status kept = uses_.lobby.say(line); !kept.ok()) return kept.error();
    return json::object{};
  };
  work(uses_.pool, say, reply);
}

void LobbyCommands::history(const json::object& object, const Reply& reply) {
  Fields fields(object);
  const std::int64_t limit = fields.number_or("limit", 1, kMaxLines, kMaxLines);
  if (fields.failure()) return reply(*fields.failure());
  const auto read = [this, limit]() -> Result<json::object> {
    auto lines = uses_.lobby.history(static_cast<std::size_t>(limit));
    if (!lines.ok()) return lines.error();
    return json::object{{"lines", std::move(lines).value()}};
  };
  work(uses_.pool, read, reply);
}

}  // namespace im::logic::webim
