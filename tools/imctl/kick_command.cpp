#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "common/client/address.hpp"
#include "common/config/values.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct Kick {
  std::string who, revoke;
  bool is_key = false;
};

std::string query_of(const Kick& kick) {
  const bool number = kick.who.find_first_not_of("0123456789") == std::string::npos && !kick.is_key;
  return std::string(number ? "uid=" : "key=") + client::percent_encode(kick.who);
}

std::string revoke_parameter(const std::string& text) {
  if (text.empty()) return "";
  const auto time = config::parse_duration(text);
  if (!time || time->count() < 1000 || *time > std::chrono::hours(24))
    throw UsageError("--revoke: \"" + text + "\" is not a duration of 1s to 24h, for example 15m");
  return "&revoke_s=" + std::to_string((time->count() + 999) / 1000);
}

int run_kick(const Globals& globals, const Kick& kick) {
  const json::value answer =
      call_admin(globals.admin, "/admin/v1/kick?" + query_of(kick) + revoke_parameter(kick.revoke), "POST");
  if (globals.json) {
    std::cout << json::serialize(answer) << "\n";
    return 0;
  }
  std::cout << "closed " << answer.at("kicked");
  if (!kick.revoke.empty()) std::cout << "; tokens issued until now are refused for " << answer.at("revoked_s") << " s";
  std::cout << "\n";
  return 0;
}

int run_pardon(const Globals& globals, const Kick& kick) {
  const json::value answer = call_admin(globals.admin, "/admin/v1/pardon?" + query_of(kick), "POST");
  std::cout << (globals.json ? json::serialize(answer) : "their tokens are accepted again") << "\n";
  return 0;
}

CLI::App* command(CLI::App& app, Globals& globals, const char* name, const char* doc, const std::shared_ptr<Kick>& kick,
                  int (*run)(const Globals&, const Kick&)) {
  CLI::App* sub = app.add_subcommand(name, doc);
  sub->add_option("who", kick->who, "UID (digits) or KEY")->required()->type_name("");
  sub->add_flag("--key", kick->is_key, "Digits are a key, too");
  sub->callback([&globals, kick, run] { globals.run = [&globals, kick, run] { return run(globals, *kick); }; });
  return sub;
}

}  // namespace

void add_kick(CLI::App& app, Globals& globals) {
  const auto kicked = std::make_shared<Kick>();
  CLI::App* kick =
      command(app, globals, "kick", "Close the connections of a user or a device, on every comet", kicked, run_kick);
  kick->add_option("--revoke", kicked->revoke,
                   "Refuse their tokens that were issued until now, for this long: 15m, at most 24h");
  kick->footer(
      "Without --revoke the client may log in again while its token is good.\n"
      "Examples:\n  imctl kick 7\n  imctl kick 7 --revoke 15m\n  imctl kick 7/phone --revoke 1h");
  CLI::App* pardon = command(app, globals, "pardon", "Take the tokens of a user or a device again (see kick --revoke)",
                             std::make_shared<Kick>(), run_pardon);
  pardon->footer("Example:\n  imctl pardon 7");
}

}  // namespace im::imctl
