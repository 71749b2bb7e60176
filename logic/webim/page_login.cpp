#include "logic/webim/page_login.hpp"

#include <boost/json/serialize.hpp>

#include "common/base/log.hpp"
#include "common/json/strict_json.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/page_text.hpp"
#include "logic/webim/room_events.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxName = 180;  // what the store has room for

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
  identity.key = demo_key_of(uid);
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
  to_lobby(fields, ask, std::move(done));
}

void PageLogin::not_let_in(const Identity& identity) {
  pool_.post([this, uid = identity.uid] {
    if (const auto gone = people_.take_back(uid); !gone.ok())
      log::debug("a guest that was not let in stays for now", {{"uid", uid.value()}, {"why", gone.error().message}});
  });
}

void PageLogin::to_rooms(Done done) {
  pool_.run([this] { return people_.add_stranger(); },
            [done = std::move(done)](const Result<Uid>& uid) {
              if (!uid.ok()) return done(Error{Error::Code::kUnavailable, uid.error().message});
              done(stranger(uid.value()));
            });
}

void PageLogin::to_lobby(const json::object& fields, const AuthAsk& ask, Done done) {
  const std::string given = text_of(fields, "avatar");
  std::string avatar = escaped(given);
  if (avatar.size() > kMaxAvatar) avatar.clear();  // a picture inside it would be sent to everybody again and again
  pool_.run(
      [this, name = text_of(fields, "name"), avatar = std::move(avatar), poll = ask.transport == "poll",
       address = ask.client_ip]() -> Result<Person> {
        const std::string shown = unescaped(page_name(name, kMaxName));  // what is asked about is what others see
        auto kept = gate_.pass({{Uid(), {}, address}, chat::ConvId(), Uid(), "name", shown}, kMaxName);
        if (!kept) return kept.error();
        return people_.add_guest(page_name(kept.value(), kMaxName), avatar, poll);
      },
      [done = std::move(done)](const Result<Person>& person) {
        if (person.ok()) return done(identity_of(person.value()));
        const bool denied = person.error().code == Error::Code::kDenied;
        done(Error{denied ? Error::Code::kDenied : Error::Code::kUnavailable, person.error().message});
      });
}

}  // namespace im::logic::webim
