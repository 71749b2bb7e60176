#include "logic/webim/page_login.hpp"

#include <boost/json/serialize.hpp>

#include "common/json/strict_json.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/page_text.hpp"
#include "logic/webim/room_events.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxName = 180;     // what the store has room for
constexpr std::size_t kMaxAvatar = 1024;  // a picture inside it would be sent to everybody again and again

/// A text, or a number as one; else empty: a guest who only looks on has no name.
std::string text_of(const json::object& login, const char* name) {
  const json::value* value = login.if_contains(name);
  if (value == nullptr || value->is_object() || value->is_array() || value->is_null()) return {};
  if (value->is_string()) return {value->get_string().data(), value->get_string().size()};
  return json::serialize(*value);
}

Identity identity_of(const Person& person) {
  Identity identity;
  identity.uid = person.uid;
  identity.key = key_of(person.uid);
  identity.room = kLobby;
  identity.platform = kPlatform;
  identity.greeting = json::serialize(json::object{{"webim", person_json("login", person)}});
  return identity;
}

Identity stranger(Uid uid) {
  Identity identity;
  identity.uid = uid;
  identity.key = key_of(uid);
  identity.platform = kPlatform;
  identity.greeting = json::serialize(json::object{{"webim", {{"event", "connect"}, {"id", id_of(uid)}}}});
  return identity;
}

}  // namespace

void PageLogin::identify(AuthAsk ask, Done done) {
  const auto login = parse_strict_json(ask.token);
  if (!login.ok() || !login.value().is_object())
    return done(Error{Error::Code::kInvalid, "the login is not a JSON object"});
  const json::object& fields = login.value().get_object();
  if (text_member(fields, "for") == "rooms") return to_rooms(std::move(done));
  to_lobby(fields, ask.transport == "poll", std::move(done));
}

void PageLogin::to_rooms(Done done) {
  pool_.run([this] { return people_.add_stranger(); },
            [done = std::move(done)](const Result<Uid>& uid) {
              if (!uid.ok()) return done(Error{Error::Code::kUnavailable, uid.error().message});
              done(stranger(uid.value()));
            });
}

void PageLogin::to_lobby(const json::object& fields, bool poll, Done done) {
  std::string name = page_name(text_of(fields, "name"), kMaxName);
  const std::string given = text_of(fields, "avatar");
  std::string avatar = given.size() > kMaxAvatar ? std::string() : escaped(given);
  pool_.run([this, name = std::move(name), avatar = std::move(avatar),
             poll] { return people_.add_guest(name, avatar, poll); },
            [done = std::move(done)](const Result<Person>& person) {
              if (!person.ok()) return done(Error{Error::Code::kUnavailable, person.error().message});
              done(identity_of(person.value()));
            });
}

}  // namespace im::logic::webim
