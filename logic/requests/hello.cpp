#include "logic/requests/hello.hpp"

#include "common/base/clock.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxDevice = 64;
constexpr std::size_t kMaxCaps = 32;
constexpr std::uint32_t kMaxBodyAfterHello = kMaxRequest;

struct Hello {
  json::object limits;
  HelloChat chat;

  json::object answer(const Caller& caller) const {
    // Session epochs have more than 53 bits: as a number, JavaScript would round them.
    return {{"uid", caller.uid.value()},
            {"session", std::to_string(caller.epoch.value())},
            {"epoch", chat.epoch ? chat.epoch() : ""},
            {"limits", limits},
            {"server_time", unix_ms()}};
  }

  void operator()(const Caller& caller, const json::object& object, const Reply& reply) const {
    if (caller.said_hello) return reply(Failure{Code::kConflict, "\"hello\" was said", {}, {}});
    Fields fields(object);
    HelloGrant taken{fields.text("device", kMaxDevice), kMaxBodyAfterHello};
    fields.text_or("platform", kMaxDevice, "");
    fields.texts("caps", kMaxCaps, kMaxDevice);
    const json::object resume = fields.object("resume");
    if (fields.failure()) return reply(*fields.failure());
    Answer answer(this->answer(caller));
    answer.hello = std::move(taken);
    if (!chat.enter) return greet(caller, resume, std::move(answer), reply);
    chat.enter(caller, [self = *this, caller, resume, answer = std::move(answer), reply](const Status& entered) {
      if (!entered.ok()) return reply(Error{Error::Code::kUnavailable, entered.error().message});
      self.greet(caller, resume, answer, reply);
    });
  }

  /// In the rooms already: what is written from now on is told, what was before is in `resume` or in a sync.
  void greet(const Caller& caller, const json::object& resume, Answer answer, const Reply& reply) const {
    const auto finish = [reply, caller, said = chat.said](Answer full) {
      reply(std::move(full));
      if (said) said(caller);
    };
    if (!chat.resume || resume.empty()) return finish(std::move(answer));
    chat.resume(caller, resume, [finish, answer = std::move(answer)](json::object more) mutable {
      for (auto& member : more) std::get<json::object>(answer.result).insert(member);
      finish(std::move(answer));
    });
  }
};

}  // namespace

void add_hello(RequestRouter& router, json::object limits, HelloChat chat) {
  limits["max_body"] = kMaxBodyAfterHello;
  router.on("hello", {.before_hello = true, .on_connection = true}, Hello{std::move(limits), std::move(chat)});
}

}  // namespace im::logic
