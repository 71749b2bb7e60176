#include "logic/webim/page_commands.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "logic/webim/fd.hpp"
#include "logic/webim/lobby_events.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxListed = 100;     // people with names, and lines of the history
constexpr std::size_t kMaxOnline = 20'000;  // fds
constexpr std::size_t kMaxData = 1024;
constexpr std::size_t kMaxType = 12;
constexpr std::size_t kMaxMessage = 16 * 1024;
constexpr std::int64_t kToAll = 0, kToOne = 1;

Answer says(json::value words) { return json::object{{"webim", std::move(words)}}; }
Answer nothing() { return json::object{}; }

/// `channal` is a number or a text of one; none is that of all, as in the original.
std::optional<std::int64_t> channel_of(const json::object& message) {
  const json::value* value = message.if_contains("channal");
  if (value == nullptr || value->is_null()) return kToAll;
  if (value->is_int64()) return value->get_int64();
  if (!value->is_string()) return std::nullopt;
  const json::string& text = value->get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Failure> check_text(const json::object& message, const char* name, std::size_t most) {
  const json::value* value = message.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_string()) return Failure{Code::kBadValue, std::string(name) + " must be a text"};
  if (value->get_string().size() > most)
    return Failure{Code::kTooLarge, "message max length is " + std::to_string(most)};
  return std::nullopt;
}

std::optional<Failure> check(const json::object& message) {
  if (json::serialize(message).size() > kMaxMessage) return Failure{Code::kTooLarge, "message too long"};
  if (auto data = check_text(message, "data", kMaxData)) return data;
  if (auto type = check_text(message, "type", kMaxType)) return type;
  return channel_of(message) ? std::nullopt : std::optional(Failure{Code::kBadValue, "channal must be a number"});
}

std::string type_of(const json::object& message) {
  const json::value* type = message.if_contains("type");
  if (type == nullptr || !type->is_string() || type->get_string().empty()) return "text";
  return {type->get_string().data(), type->get_string().size()};
}

/// Nobody is told when a page of the room demo leaves, so it begins nothing that somebody would wait for.
RequestRouter::Handler of_the_lobby(RequestRouter::Handler handler) {
  return [handler = std::move(handler)](const Caller& caller, const json::object& fields, const Reply& reply) {
    if (caller.key == demo_key_of(caller.uid))
      return reply(Failure{Code::kUnknownCommand, "the room demo has no such command"});
    handler(caller, fields, reply);
  };
}

std::string gap_key(Uid uid) { return "webim/gap/" + std::to_string(uid.value()); }

}  // namespace

void PageCommands::add_requests(RequestRouter& router) {
  constexpr CommandRules kRules{.on_connection = true, .user = true, .webim = true};
  const auto on = [&router, &kRules](const char* cmd, RequestRouter::Handler handler) {
    router.on(cmd, kRules, of_the_lobby(std::move(handler)));
  };
  on("getOnline", [this](const Caller&, const json::object&, const Reply& reply) { online(reply); });
  on("getHistory", [this](const Caller&, const json::object&, const Reply& reply) { history(reply); });
  on("message",
     [this](const Caller& caller, const json::object& fields, const Reply& reply) { message(caller, fields, reply); });
}

void PageCommands::online(const Reply& reply) {
  uses_.pool.run(
      [this] { return uses_.people.all(kMaxOnline); },
      [reply](const Result<std::vector<Person>>& people) {
        if (!people.ok()) return reply(people.error());
        json::array users, list;
        for (const Person& person : people.value()) {
          users.push_back(fd_json(person.fd));
          if (list.size() < kMaxListed) list.push_back(person_json("login", person));
        }
        reply(says(json::object{{"cmd", "getOnline"}, {"users", std::move(users)}, {"list", std::move(list)}}));
      });
}

void PageCommands::history(const Reply& reply) {
  uses_.pool.run([this] { return uses_.lobby.history(kMaxListed); },
                 [reply](const Result<json::array>& lines) {
                   if (!lines.ok()) return reply(lines.error());
                   reply(says(json::object{{"cmd", "getHistory"}, {"history", lines.value()}}));
                 });
}

/// The two seconds are counted by the routers, so it does not matter which logic is asked; without one nobody waits.
void PageCommands::message(const Caller& caller, const json::object& message, const Reply& reply) {
  if (auto wrong = check(message)) return reply(std::move(*wrong));
  if (gap_.count() == 0) return send(caller, message, reply);
  uses_.shared.put_if_absent(gap_key(caller.uid), "1", gap_,
                             [this, caller, message, reply](const Result<std::optional<std::string>>& there) {
                               if (there.ok() && there.value())
                                 return reply(Failure{Code::kSlowDown, "over frequency limit", gap_, {}});
                               send(caller, message, reply);
                             });
}

void PageCommands::send(const Caller& caller, json::object message, const Reply& reply) {
  const std::int64_t channel = *channel_of(message);
  if (channel != kToAll && channel != kToOne) return reply(nothing());
  uses_.pool.run(
      [this, caller, channel, message = std::move(message)]() mutable -> Result<json::object> {
        const auto sender = sender_of(caller);
        if (!sender.ok()) return sender.error();
        stamp(message, sender.value());
        if (channel == kToOne) {
          const Status may = PageCalls::is_call(message) ? Status(Ok{}) : uses_.lobby.may_speak(caller.uid);
          return may.ok() ? Result<json::object>(message) : Result<json::object>(may.error());
        }
        make_drawable(message);
        const std::string type = type_of(message);
        const Status kept = uses_.lobby.say({{caller.uid, kPlatform, caller.client_ip}, type, std::move(message)});
        if (!kept.ok()) return kept.error();
        return json::object{};
      },
      [this, caller, channel, reply](const Result<json::object>& ready) {
        if (!ready.ok()) return refuse(caller, failure_of(ready.error()), reply);
        if (channel == kToAll) return reply(nothing());
        whisper(caller, ready.value(), reply);
      });
}

/// What could not be kept has not been said: the page may try again at once. What nobody wants to keep counts.
void PageCommands::refuse(const Caller& caller, Failure why, const Reply& reply) {
  if (gap_.count() == 0 || why.code == Code::kForbidden) return reply(std::move(why));
  uses_.shared.remove(gap_key(caller.uid), [reply, why = std::move(why)](const Status&) { reply(why); });
}

Result<Person> PageCommands::sender_of(const Caller& caller) {
  auto sender = uses_.people.look_up(caller.uid);
  if (sender.ok()) sender.value().fd = fd_of(caller.uid, caller.transport == "poll");
  return sender;
}

void PageCommands::whisper(const Caller& caller, const json::object& message, const Reply& reply) {
  const json::value* to = message.if_contains("to");
  const auto uid = to == nullptr ? std::nullopt : uid_of(*to);
  if (!uid) return reply(nothing());
  uses_.voice.whisper(*uid, message, [this, caller, to = *uid, message, reply](const Result<Heard>& heard) {
    if (!heard.ok()) return refuse(caller, failure_of(heard.error()), reply);
    if (heard.value() != Heard::kPage && PageCalls::is_call(message))
      return uses_.calls.take(caller, to, message, reply);
    if (heard.value() == Heard::kElsewhere) return bridge(caller, to, message, reply);
    reply(nothing());
  });
}

/// Who is not there is nothing to a page.
void PageCommands::bridge(const Caller& caller, Uid to, const json::object& message, const Reply& reply) {
  uses_.pool.run(
      [this, caller, to, message]() -> Status {
        const auto sender = sender_of(caller);
        if (!sender.ok()) return sender.error();
        return uses_.bridge.send(sender.value(), to, message);
      },
      [this, caller, reply](const Status& sent) {
        if (sent.ok() || sent.error().code == Error::Code::kNotFound) return reply(nothing());
        refuse(caller, failure_of(sent.error()), reply);
      });
}

}  // namespace im::logic::webim
