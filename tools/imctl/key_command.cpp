// imctl key: the file of API keys of /v1/push. A running logic follows the file.
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>

#include "common/base/clock.hpp"
#include "common/keys/api_key_file.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct KeyArguments {
  std::string file;
  std::string id;
  std::string expires;
  ApiKey fields;
};

std::vector<ApiKey> keys_in(const std::string& file, bool may_be_missing) {
  auto keys = read_api_keys(file);
  if (keys.ok()) return std::move(keys).value();
  if (may_be_missing && keys.error().code == Error::Code::kNotFound) return {};
  throw Failure(keys.error().message);
}

void save(const std::string& file, const std::vector<ApiKey>& keys) {
  const Status status = write_api_keys(file, keys);
  if (!status.ok()) throw Failure(status.error().message);
}

std::string day(std::int64_t ms) {
  return ms == 0 ? "never" : fmt::format("{:%Y-%m-%d %H:%M}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

json::object shown(const ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"scopes", json::array(key.scopes.begin(), key.scopes.end())},
          {"rate", key.rate},
          {"burst", key.burst},
          {"created_ms", key.created_ms},
          {"expires_ms", key.expires_ms}};
}

int add(const Globals& globals, KeyArguments arguments) {
  std::vector<ApiKey> keys = keys_in(arguments.file, true);
  arguments.fields.created_ms = unix_ms();
  if (!arguments.expires.empty()) {
    const std::int64_t days = std::stoll(arguments.expires);
    arguments.fields.expires_ms = arguments.fields.created_ms + days * 24 * 3600 * 1000;
  }
  const NewApiKey made = make_api_key(arguments.fields);
  keys.push_back(made.key);
  save(arguments.file, keys);
  if (globals.json) {
    json::object out = shown(made.key);
    out["key"] = made.text;
    std::cout << json::serialize(out) << "\n";
  } else {
    std::cout << made.text << "\n";
    std::cerr << "key " << made.key.id << " is in " << arguments.file
              << "; this is the only time its secret is shown\n";
  }
  return 0;
}

int list(const Globals& globals, const KeyArguments& arguments) {
  const std::vector<ApiKey> keys = keys_in(arguments.file, false);
  json::array out;
  std::vector<Row> rows{{"ID", "NAME", "SCOPES", "RATE/S", "BURST", "CREATED", "EXPIRES"}};
  for (const ApiKey& key : keys) {
    out.push_back(shown(key));
    const bool over = key.expires_ms != 0 && key.expires_ms <= unix_ms();
    rows.push_back({key.id, key.name, joined(key.scopes), fmt::format("{}", key.rate), fmt::format("{}", key.burst),
                    day(key.created_ms), day(key.expires_ms) + (over ? " (over)" : "")});
  }
  std::cout << (globals.json ? json::serialize(json::object{{"keys", std::move(out)}}) + "\n" : table(rows));
  return 0;
}

int revoke(const Globals& globals, const KeyArguments& arguments) {
  std::vector<ApiKey> keys = keys_in(arguments.file, false);
  const std::size_t removed = std::erase_if(keys, [&](const ApiKey& key) { return key.id == arguments.id; });
  if (removed == 0)
    throw Failure("no key \"" + arguments.id + "\" in " + arguments.file + "; `imctl key list` shows them");
  save(arguments.file, keys);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"revoked", arguments.id}}) << "\n";
  } else {
    std::cout << "revoked " << arguments.id << "; logics follow within a second\n";
  }
  return 0;
}

CLI::App* key_verb(CLI::App& parent, Globals& globals, const char* name, const char* doc,
                   const std::shared_ptr<KeyArguments>& arguments, int (*run)(const Globals&, const KeyArguments&)) {
  CLI::App* app = parent.add_subcommand(name, doc);
  app->add_option("--file", arguments->file, "The file that logic reads (push_api.keys_file)")
      ->envname("IM_KEYS_FILE")
      ->required();
  app->callback(
      [&globals, arguments, run] { globals.run = [&globals, arguments, run] { return run(globals, *arguments); }; });
  return app;
}

}  // namespace

void add_key(CLI::App& app, Globals& globals) {
  CLI::App* parent = app.add_subcommand("key", "API keys of backends that push with /v1/push");
  parent->require_subcommand(1);
  parent->footer(
      "To change a key without a gap: add a second one, give it to the backend, revoke the first.\n"
      "Examples:\n"
      "  imctl key add --file keys.json --name shop --scope users --scope rooms\n"
      "  imctl key list --file keys.json\n"
      "  imctl key revoke 7hGt2kQz --file keys.json");
  const auto added = std::make_shared<KeyArguments>();
  CLI::App* add_app = key_verb(*parent, globals, "add", "Make a key; prints it, once", added,
                               [](const Globals& g, const KeyArguments& a) { return add(g, a); });
  add_app->add_option("--name", added->fields.name, "Whose key it is")->required();
  add_app->add_option("--scope", added->fields.scopes, "What it may push to: users, rooms, all; repeat for several")
      ->required()
      ->check(CLI::IsMember({"users", "rooms", "all"}));
  add_app->add_option("--rate", added->fields.rate, "Tokens per second: one for each target and 4 KiB of the body")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str();
  add_app->add_option("--burst", added->fields.burst, "Tokens at once; the pushes of a batch must fit in")
      ->check(CLI::Range(1.0, 1e9))
      ->capture_default_str();
  add_app->add_option("--days", added->expires, "Expires after so many days; never when absent")
      ->check(CLI::Range(1, 36500));
  add_app->footer("Example:\n  imctl key add --file keys.json --name shop --scope users --days 365");
  const auto listed = std::make_shared<KeyArguments>();
  key_verb(*parent, globals, "list", "The keys, without their secrets", listed, list);
  const auto revoked = std::make_shared<KeyArguments>();
  CLI::App* revoke_app = key_verb(*parent, globals, "revoke", "Revoke a key", revoked, revoke);
  revoke_app->add_option("id", revoked->id, "ID, as `imctl key list` shows it")->required()->type_name("");
}

}  // namespace im::imctl
