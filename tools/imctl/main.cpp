#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/config/values.hpp"
#include "common/daemon/build_info.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace {

using im::imctl::kFailed;
using im::imctl::kUsage;

void declare(CLI::App& app, im::imctl::Globals& globals) {
  app.fallthrough();
  app.require_subcommand(1);
  app.add_flag("--json", globals.json, "Machine-readable output; errors as {\"error\":\"...\"} on stderr");
  app.add_option("--api", globals.api, "Push API of a logic")->envname("IM_API")->capture_default_str();
  app.add_option("--admin", globals.admin, "Ops server of a logic")->envname("IM_ADMIN")->capture_default_str();
  app.set_version_flag("--version", im::build_version() + " " + im::build_commit(), "Print version and commit");
  add_push(app, globals);
  add_watch(app, globals);
  add_admin(app, globals);
  add_top(app, globals);
  add_config(app, globals);
  add_key(app, globals);
  add_cert(app, globals);
  add_admin_file(app, globals);
  add_token(app, globals);
  add_kick(app, globals);
  add_chat(app, globals);
  add_media(app, globals);
  add_people(app, globals);
  add_group(app, globals);
  add_store(app, globals);
  add_bench(app, globals);
  add_call_test(app, globals);
  add_trace(app, globals);
  add_completion(app, globals);
  app.footer(
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 bad configuration, 4 nobody answers, 5 checked and not good, 130 "
      "Ctrl-C.\n"
      "Examples:\n"
      "  imctl push room live://1 hello\n"
      "  imctl watch --room live://1\n"
      "  imctl nodes\n"
      "  imctl push --help");
}

int report(const im::imctl::Globals& globals, const std::string& text, int code) {
  if (globals.json) {
    std::cerr << boost::json::serialize(boost::json::object{{"error", text}}) << "\n";
  } else {
    std::cerr << "imctl: " << text << "\n";
  }
  return code;
}

/// The commands given, outermost first.
std::vector<const CLI::App*> chosen(const CLI::App& app) {
  std::vector<const CLI::App*> path{&app};
  while (!path.back()->get_subcommands().empty()) path.push_back(path.back()->get_subcommands().front());
  return path;
}

int report_usage(const im::imctl::Globals& globals, const CLI::App& app, const std::string& text) {
  std::string command;
  for (const CLI::App* part : chosen(app)) command += part->get_name() + " ";
  return report(globals, text + "\nTry: " + command + "--help", kUsage);
}

/// CLI11 says only that a command is missing, also when a wrong one was given.
std::string parse_problem(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& last = *chosen(app).back();
  const auto words = app.remaining(true);
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || last.get_require_subcommand_min() == 0)
    return error.what();
  std::string commands;
  std::vector<std::string> names;
  for (const CLI::App* sub : last.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
    commands += " " + sub->get_name();
  }
  if (words.empty()) return "which command? There are:" + commands;
  const std::string guess = im::config::nearest(words.front(), names);
  return "unknown command \"" + words.front() + "\"" +
         (guess.empty() ? "; there are:" + commands : "; did you mean \"" + guess + "\"?");
}

/// Last first, as CLI11 wants them. `--key=` becomes two: CLI11 would take the next argument as the value.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;
  bool words = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (words) {
      arguments.push_back(argument.starts_with('-') ? im::imctl::kWordMark + argument : argument);
      continue;
    }
    if (argument == "--") {
      words = true;
      continue;
    }
    const bool empty_value =
        argument.size() > 3 && argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    arguments.push_back(empty_value ? argument.substr(0, argument.size() - 1) : argument);
    if (empty_value) arguments.emplace_back();
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  im::imctl::Globals globals;
  CLI::App app("imctl pushes to a cluster, watches what arrives and shows what runs.", "imctl");
  declare(app, globals);
  try {
    app.parse(arguments_of(argc, argv));
    return globals.run();
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return report_usage(globals, app, parse_problem(app, error));
  } catch (const im::imctl::UsageError& error) {
    return report_usage(globals, app, error.what());
  } catch (const im::imctl::Failure& failure) {
    return report(globals, im::imctl::printable(failure.what()), failure.exit);
  } catch (const std::exception& error) {
    return report(globals, im::imctl::printable(error.what()), kFailed);
  }
}
