#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxQuery = 6000;  ///< logic takes 8 KiB of head

struct Push {
  std::vector<std::string> words;  ///< targets, then the body
  std::int32_t op = 1000;
  std::int32_t speed = 0;
};

/// Takes the last word away; "-" reads stdin.
std::string take_body(Push& push, std::size_t min_targets) {
  for (std::string& word : push.words) word = without_mark(std::move(word));
  if (push.words.size() < min_targets + 1)
    throw UsageError("the body is missing: it is the last argument, or - for stdin");
  std::string body = push.words.back();
  push.words.pop_back();
  if (body != "-") return body;
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

int said(const Globals& globals, const Push& push, const std::string& to, std::size_t bytes, std::size_t calls) {
  if (globals.json) {
    std::cout << json::serialize(json::object{{"ok", true}, {"op", push.op}, {"bytes", bytes}, {"calls", calls}})
              << "\n";
  } else {
    std::cout << "pushed " << bytes << " bytes with op " << push.op << " to " << to << "\n";
  }
  return 0;
}

/// Many targets take several calls; what went out before a failure is said.
int push_each(const Globals& globals, Push push, const std::string& path, const std::string& parameter,
              const char* what) {
  const std::string body = take_body(push, 1);
  const auto pieces = split_query(parameter, push.words, kMaxQuery);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    try {
      call_api(globals.api, "POST", path + "?operation=" + std::to_string(push.op) + "&" + pieces[i], body);
    } catch (const Failure& failure) {
      if (i == 0) throw;
      throw Failure(std::string(failure.what()) + " (after " + std::to_string(i) + " of " +
                        std::to_string(pieces.size()) + " calls; those went out)",
                    failure.exit);
    }
  }
  const std::size_t count = push.words.size();
  const std::string to = count == 1 ? what + (" " + push.words[0]) : std::to_string(count) + " " + what + "s";
  return said(globals, push, to, body.size(), pieces.size());
}

int push_room(const Globals& globals, Push push) {
  const std::string body = take_body(push, 1);
  if (push.words.size() != 1) throw UsageError("one room and one body are expected; quote a body with spaces");
  const std::string& room = push.words[0];
  const std::size_t at = room.find("://");
  if (at == std::string::npos || at == 0 || at + 3 == room.size())
    throw UsageError("\"" + room + "\" is not TYPE://ID, for example live://1");
  call_api(globals.api, "POST",
           "/goim/push/room?operation=" + std::to_string(push.op) + "&type=" +
               client::percent_encode(room.substr(0, at)) + "&room=" + client::percent_encode(room.substr(at + 3)),
           body);
  return said(globals, push, "room " + room, body.size(), 1);
}

int push_all(const Globals& globals, Push push) {
  const std::string body = take_body(push, 0);
  if (!push.words.empty()) throw UsageError("one body is expected; quote a body with spaces");
  call_api(globals.api, "POST",
           "/goim/push/all?operation=" + std::to_string(push.op) + "&speed=" + std::to_string(push.speed), body);
  return said(globals, push, "everybody", body.size(), 1);
}

/// How a subcommand of push reads.
struct Target {
  std::string name, doc, words, example;
};

/// One subcommand of push; what it needs is kept alive by the callback.
std::shared_ptr<Push> add_target(CLI::App& push_app, Globals& globals, const Target& target,
                                 std::function<int(const Push&)> send) {
  auto push = std::make_shared<Push>();
  CLI::App* app = push_app.add_subcommand(target.name, target.doc);
  app->add_option("words", push->words, target.words)->required()->type_name("");
  app->add_option("--op", push->op, "Operation of the packet (goim v2)")->capture_default_str();
  app->footer("Example:\n  " + target.example);
  app->callback([&globals, push, send = std::move(send)] { globals.run = [push, send] { return send(*push); }; });
  return push;
}

}  // namespace

void add_push(CLI::App& app, Globals& globals) {
  CLI::App* push = app.add_subcommand("push", "Push a message to users, keys, a room or everybody");
  push->require_subcommand(1);
  push->footer(
      "The last argument is the body, - reads it from stdin. Success means that Kafka has the push;\n"
      "who is not connected gets nothing. A body that starts with - comes through stdin.\n"
      "Examples:\n"
      "  imctl push user 1 2 hello\n"
      "  imctl push room live://1 --op 1001 - < picture.png\n"
      "  imctl push all --speed 500 'maintenance at 10 pm'");
  add_target(*push, globals, {"user", "Every device of users", "UID.. BODY", "imctl push user 1 2 hello"},
             [&globals](const Push& given) { return push_each(globals, given, "/goim/push/mids", "mids", "user"); });
  add_target(*push, globals, {"key", "Single devices", "KEY.. BODY", "imctl push key phone-1 hello"},
             [&globals](const Push& given) { return push_each(globals, given, "/goim/push/keys", "keys", "key"); });
  add_target(*push, globals, {"room", "Every member of a room", "TYPE://ID BODY", "imctl push room live://1 hello"},
             [&globals](const Push& given) { return push_room(globals, given); });
  const auto all = add_target(
      *push, globals, {"all", "Everybody who accepts the operation", "BODY", "imctl push all --speed 500 hello"},
      [&globals](const Push& given) { return push_all(globals, given); });
  push->get_subcommand("all")
      ->add_option("--speed", all->speed, "Connections per second; 0 = as fast as possible")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace im::imctl
