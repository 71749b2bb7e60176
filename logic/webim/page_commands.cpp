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

/// Whom a message is from is what the session says.
void stamp(json::object& message, const Person& sender) {
  message["from"] = fd_json(sender.fd);
  if (message.contains("name")) message["name"] = sender.name;
  if (message.contains("avatar")) message["avatar"] = sender.avatar;
  if (message.contains("user")) message["user"] = {{"name", sender.name}, {"avatar", sender.avatar}};
}

}  // namespace

void PageCommands::add_requests(RequestRouter& router) {
  constexpr CommandRules kRules{.on_connection = true, .user = true, .webim = true};
  router.on("getOnline", kRules, [this](const Caller&, const json::object&, const Reply& reply) { online(reply); });
  router.on("getHistory", kRules, [this](const Caller&, const json::object&, const Reply& reply) { history(reply); });
  router.on("message", kRules, [this](const Caller& caller, const json::object& fields, const Reply& reply) {
    message(caller, fields, reply);
  });
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
  uses_.shared.put_if_absent("webim/gap/" + std::to_string(caller.uid.value()), "1", gap_,
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
        if (channel == kToOne) return message;
        const Status kept = uses_.lobby.say({caller.uid, type_of(message), caller.client_ip, std::move(message)});
        if (!kept.ok()) return kept.error();
        return json::object{};
      },
      [this, caller, channel, reply](const Result<json::object>& ready) {
        if (!ready.ok()) return reply(ready.error());
        if (channel == kToAll) return reply(nothing());
        whisper(caller, ready.value(), reply);
      });
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
    if (heard.ok() && heard.value() == Heard::kElsewhere) return bridge(caller, to, message, reply);
    reply(nothing());
  });
}

/// Whatever comes of it: the page has no words for it.
void PageCommands::bridge(const Caller& caller, Uid to, const json::object& message, const Reply& reply) {
  uses_.pool.run(
      [this, caller, to, message]() -> Result<json::object> {
        const auto sender = sender_of(caller);
        if (!sender.ok()) return sender.error();
        return uses_.bridge.send(sender.value(), to, message);
      },
      [reply](const Result<json::object>& told) {
        reply(told.ok() && !told.value().empty() ? says(told.value()) : nothing());
      });
}

}  // namespace im::logic::webim
