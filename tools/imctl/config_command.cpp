#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tools/gen-config/config_files.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct Which {
  std::string service;
  std::string file;
  bool origin = false;
};

config::Loaded load(config::Options& options, const Which& which) {
  if (!which.file.empty() && !std::filesystem::is_regular_file(which.file))
    throw Failure("cannot read " + which.file + ": no such file", kBadConfig);
  return config::load(options, which.service, which.file, {});
}

json::array problems_json(const config::Loaded& loaded) {
  json::array problems;
  for (const auto& problem : loaded.problems)
    problems.push_back(json::object{{"where", problem.where}, {"message", problem.message}});
  return problems;
}

int report_problems(const config::Loaded& loaded) {
  for (const auto& problem : loaded.problems) std::cerr << problem.where << ": " << problem.message << "\n";
  return loaded.problems.empty() ? kOk : kBadConfig;
}

int check(const Globals& globals, const Which& which) {
  int code = 0;
  with_options(which.service, [&](config::Options& options) {
    const config::Loaded loaded = load(options, which);
    const bool valid = loaded.problems.empty();
    code = valid ? kOk : kBadConfig;
    if (globals.json) {
      std::cout << json::serialize(json::object{{"valid", valid}, {"problems", problems_json(loaded)}}) << "\n";
    } else if (report_problems(loaded) == 0) {
      std::cout << which.file << ": valid for " << which.service << "\n";
    }
  });
  return code;
}

/// Numbers, strings and lists look the same in TOML and JSON.
json::value value_of(const std::string& toml) {
  boost::system::error_code error;
  json::value value = json::parse(toml, error);
  return error ? json::value(toml) : value;
}

json::object values_json(const config::Options& options, const config::Loaded* origins) {
  std::map<std::string, config::Origin> by_key;
  if (origins != nullptr) by_key.insert(origins->origins.begin(), origins->origins.end());
  json::object values;
  for (const auto& section : options.sections()) {
    for (const auto& option : section.options) {
      json::value value = value_of(option.get_text());
      if (origins != nullptr) value = json::object{{"value", value}, {"origin", config::to_string(by_key[option.key])}};
      values[option.key] = std::move(value);
    }
  }
  return values;
}

int show(const Globals& globals, const Which& which) {
  int code = 0;
  with_options(which.service, [&](config::Options& options) {
    const config::Loaded loaded = load(options, which);
    code = report_problems(loaded);
    if (code != 0) return;
    const config::Loaded* origins = which.origin ? &loaded : nullptr;
    std::cout << (globals.json ? json::serialize(values_json(options, origins)) + "\n"
                               : config::show_toml(options, origins));
  });
  return code;
}

CLI::App* add_command(CLI::App& parent, Globals& globals, const std::string& name, const std::string& doc,
                      const std::shared_ptr<Which>& which, int (*run)(const Globals&, const Which&)) {
  CLI::App* command = parent.add_subcommand(name, doc);
  command->add_option("service", which->service, "Daemon")->required()->check(CLI::IsMember(daemons()));
  command->callback([&globals, which, run] { globals.run = [&globals, which, run] { return run(globals, *which); }; });
  return command;
}

}  // namespace

void add_config(CLI::App& app, Globals& globals) {
  CLI::App* parent = app.add_subcommand("config", "Check configuration files and show values");
  parent->require_subcommand(1);
  parent->footer("Examples:\n  imctl config check comet configs/comet.toml\n  imctl config show logic --origin");
  const auto checked = std::make_shared<Which>();
  CLI::App* check_app =
      add_command(*parent, globals, "check", "Check a file, with the environment, as the daemon would", checked, check);
  check_app->add_option("file", checked->file, "TOML file")->required();
  check_app->footer("Ends with 3 and names every problem.\nExample:\n  imctl config check comet configs/comet.toml");
  const auto shown = std::make_shared<Which>();
  CLI::App* show_app = add_command(*parent, globals, "show", "Every value a daemon would use", shown, show);
  show_app->add_option("file", shown->file, "TOML file");
  show_app->add_flag("--origin", shown->origin, "Also say where each value comes from");
  show_app->footer("Example:\n  imctl config show comet configs/comet.toml --origin");
}

}  // namespace im::imctl
