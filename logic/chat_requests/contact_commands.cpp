#include "logic/chat_requests/contact_commands.hpp"

#include <string>

#include <boost/json/array.hpp>

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ContactChange;
using chat::ContactService;
using chat::ContactState;
using Work = ChatCommands::Work;

constexpr std::int64_t kContactsPage = 200;
constexpr std::size_t kContactText = 64U * 1024;  ///< what is read; the service has limits of its own

const char* contact_name(ContactState state) {
  switch (state) {
    case ContactState::kNone:
      return "none";
    case ContactState::kAsked:
      return "asked";
    case ContactState::kAskedBy:
      return "asked_by";
    case ContactState::kContact:
      return "contact";
  }
  return "";
}

/// How it looks from the other side.
ContactState turned(ContactState state) { return state == ContactState::kAsked ? ContactState::kAskedBy : state; }

json::object contact_event(Uid uid, ContactState state) {
  return {{"cmd", "contact"}, {"uid", uid.value()}, {"state", contact_name(state)}};
}

json::object user_json(const chat::User& user) {
  return {{"uid", user.uid.value()}, {"name", user.name}, {"avatar", user.avatar}};
}

json::object contacts_json(const std::vector<chat::Contact>& contacts, std::size_t limit) {
  json::array list;
  for (const auto& one : contacts) {
    json::object out{
        {"uid", one.uid.value()}, {"state", contact_name(one.state)}, {"name", one.name}, {"avatar", one.avatar}};
    if (!one.greeting.empty()) out["greeting"] = one.greeting;
    list.push_back(std::move(out));
  }
  return {{"contacts", std::move(list)}, {"has_more", contacts.size() == limit}};
}

struct Contacts {
  ContactService& service;
  TellLive tell;
  std::function<void(Uid, Uid)> parted;
  using Change = Result<ContactChange> (ContactService::*)(const Actor&, Uid);

  json::object told(const Actor& actor, Uid peer, const ContactChange& change) const {
    tell({actor.uid}, {.json = contact_event(peer, change.state), .except = actor.origin});
    json::object theirs = contact_event(actor.uid, turned(change.state));
    if (!change.greeting.empty()) theirs["greeting"] = change.greeting;
    if (change.tell_peer) tell({peer}, {theirs});
    if (change.state == ContactState::kNone && parted) parted(actor.uid, peer);
    return {{"uid", peer.value()}, {"state", contact_name(change.state)}};
  }

  ChatCommands::Plan changing(Change change) const {
    return [contacts = *this, change](const Actor& actor, Fields& fields) -> Work {
      return [contacts, change, actor, peer = Uid(fields.number("uid", 1, kMostId))] {
        return as_json((contacts.service.*change)(actor, peer),
                       [&](const ContactChange& done) { return contacts.told(actor, peer, done); });
      };
    };
  }

  ChatCommands::Plan blocking(bool on) const {
    return [contacts = *this, on](const Actor& actor, Fields& fields) -> Work {
      return [contacts, on, actor, peer = Uid(fields.number("uid", 1, kMostId))]() -> Result<json::object> {
        const auto done = contacts.service.block(actor, peer, on);
        if (!done.ok()) return done.error();
        if (on && contacts.parted) contacts.parted(actor.uid, peer);
        const json::object event{{"cmd", "contact"}, {"uid", peer.value()}, {"blocked", on}};
        contacts.tell({actor.uid}, {.json = event, .except = actor.origin});
        return json::object{{"uid", peer.value()}, {"blocked", on}};
      };
    };
  }
};

/// Those who know the login name find its user; nobody is listed by guessing.
Result<json::object> find(ContactService& service, const std::string& login) {
  return as_json(service.find(login), [](const std::optional<chat::User>& user) {
    json::array users;
    if (user) users.push_back(user_json(*user));
    return json::object{{"users", std::move(users)}};
  });
}

void add_contact_lists(ChatCommands& commands, ContactService& service) {
  commands.on("contact.list", [&service](const Actor& actor, Fields& fields) -> Work {
    return [&service, actor, after = Uid(fields.number_or("after", 0, kMostId, 0)),
            limit = fields.number_or("limit", 1, kContactsPage, kContactsPage)] {
      return as_json(service.list(actor, after, static_cast<int>(limit)), [limit](const auto& contacts) {
        return contacts_json(contacts, static_cast<std::size_t>(limit));
      });
    };
  });
  commands.on("contact.blocked", [&service](const Actor& actor, Fields&) -> Work {
    return [&service, actor] {
      return as_json(service.blocked(actor), [](const std::vector<chat::User>& users) {
        json::array list;
        for (const auto& user : users) list.push_back(user_json(user));
        return json::object{{"users", std::move(list)}};
      });
    };
  });
  commands.on("contact.search", [&service](const Actor&, Fields& fields) -> Work {
    return [&service, login = fields.text("login", kContactText)] { return find(service, login); };
  });
}

}  // namespace

void add_contact_commands(ChatCommands& commands, chat::ContactService& service, const TellLive& tell,
                          const std::function<void(Uid, Uid)>& parted) {
  const Contacts contacts{service, tell, parted};
  commands.on("contact.add", [contacts](const Actor& actor, Fields& fields) -> Work {
    return [contacts, actor, peer = Uid(fields.number("uid", 1, kMostId)),
            greeting = fields.text_or("greeting", kContactText, "")] {
      return as_json(contacts.service.add(actor, peer, greeting),
                     [&](const ContactChange& done) { return contacts.told(actor, peer, done); });
    };
  });
  commands.on("contact.accept", contacts.changing(&ContactService::accept));
  commands.on("contact.reject", contacts.changing(&ContactService::reject));
  commands.on("contact.remove", contacts.changing(&ContactService::remove));
  commands.on("contact.block", contacts.blocking(true));
  commands.on("contact.unblock", contacts.blocking(false));
  add_contact_lists(commands, service);
}

}  // namespace im::logic
