#include "common/daemon/command_line.hpp"

#include <algorithm>
#include <iostream>
#include <set>

#include <CLI/CLI.hpp>

#include "common/config/values.hpp"
#include "common/daemon/build_info.hpp"

namespace im {

namespace {

std::string examples(const std::string& service) {
  return "Examples:\n  " + service + " --config /etc/im/" + service + ".toml\n  " + service +
         " --node.name=" + service + "-2 --ops.port=0 --log.level=debug\n  " + service + " --config " + service +
         ".toml --check\n";
}

constexpr const char* kConfig = "config";
using Settings = std::vector<std::pair<std::string, std::string>>;

std::set<std::string> keys_of(const config::Options& options) {
  std::set<std::string> keys{kConfig};
  for (const auto& section : options.sections()) {
    for (const auto& option : section.options) keys.insert(option.key);
  }
  return keys;
}

/// Takes --key=value and --key value (--config too) out of `arguments`. CLI11 is not asked for them: with `--key=` it
/// takes the next argument as the value. Returns "" or what is wrong.
std::string take_settings(const std::set<std::string>& keys, std::vector<std::string>& arguments, Settings& settings) {
  std::vector<std::string> others;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::size_t equals = std::min(argument.find('='), argument.size());
    std::string key = argument.starts_with("--") ? argument.substr(2, equals - 2) : "";
    if (argument == "-c") key = kConfig;
    if (!keys.contains(key)) {
      others.push_back(argument);
    } else if (equals < argument.size()) {
      settings.emplace_back(key, argument.substr(equals + 1));
    } else if (i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
      settings.emplace_back(key, arguments[++i]);
    } else {
      return "--" + key + " needs a value: --" + key + "=VALUE";
    }
  }
  arguments = std::move(others);
  return "";
}

std::string unknown(const std::vector<std::string>& extras, std::set<std::string> keys) {
  keys.insert({"check", "show-config", "sample-config", "config-docs", "version", "help"});
  std::string word = extras.empty() ? "" : extras.front();
  if (!word.starts_with('-')) return "unexpected argument \"" + word + "\"; values are given as --section.key=VALUE";
  word = word.substr(0, word.find('='));
  const std::string guess = config::nearest(word.starts_with("--") ? word.substr(2) : word, {keys.begin(), keys.end()});
  return "unknown option \"" + word + "\"" + (guess.empty() ? "" : "; did you mean \"--" + guess + "\"?");
}

/// What take_settings() has taken; here for --help only.
void describe_keys(CLI::App& app, const config::Options& options) {
  app.add_option("--config", "TOML file with the configuration; -c FILE is the same")->type_name("FILE");
  for (const auto& section : options.sections()) {
    for (const auto& option : section.options) {
      app.add_option("--" + option.key, option.doc)->type_name(option.default_text)->group("[" + section.name + "]");
    }
  }
}

int usage_error(const std::string& service, const std::string& what) {
  std::cerr << service << ": " << what << "\nTry: " << service << " --help\n";
  return 2;
}

}  // namespace

CommandLine parse_command_line(const std::string& service, const std::string& summary, const config::Options& options,
                               int argc, char** argv) {
  CommandLine line;
  CLI::App app(examples(service) + "\n" + summary, service);
  bool version = false;
  app.add_flag("--check", line.check, "Check the configuration and end");
  app.add_flag("--show-config", line.show_config, "Print every value and where it came from, and end");
  app.add_flag("--sample-config", line.sample_config, "Print a file with every key and its default, and end");
  app.add_flag("--config-docs", line.config_docs, "Print the documentation of every key (Markdown), and end");
  app.add_flag("--version", version, "Print version, commit, compiler and library versions");
  describe_keys(app, options);
  const std::set<std::string> keys = keys_of(options);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (const std::string error = take_settings(keys, arguments, line.settings); !error.empty()) {
    line.exit_code = usage_error(service, error);
    return line;
  }
  std::erase_if(line.settings, [&line](const auto& setting) {
    if (setting.first == kConfig) line.config_file = setting.second;
    return setting.first == kConfig;
  });
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    line.exit_code = 0;
  } catch (const CLI::ExtrasError&) {
    line.exit_code = usage_error(service, unknown(app.remaining(), keys));
  } catch (const CLI::ParseError& error) {
    line.exit_code = usage_error(service, error.what());
  }
  if (version && line.exit_code < 0) {
    std::cout << build_details(service);
    line.exit_code = 0;
  }
  return line;
}

}  // namespace im
