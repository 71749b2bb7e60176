#include "common/daemon/command_line.hpp"

#include <iostream>

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

std::string unknown(const CLI::ExtrasError&, const std::vector<std::string>& extras, const config::Options& options) {
  std::vector<std::string> keys;
  for (const auto& section : options.sections()) {
    for (const auto& option : section.options) keys.push_back(option.key);
  }
  std::string word = extras.empty() ? "" : extras.front();
  word = word.substr(0, word.find('='));
  const std::string guess = config::nearest(word.starts_with("--") ? word.substr(2) : word, keys);
  return "unknown option \"" + word + "\"" + (guess.empty() ? "" : "; did you mean \"--" + guess + "\"?");
}

}  // namespace

CommandLine parse_command_line(const std::string& service, const std::string& summary, const config::Options& options,
                               int argc, char** argv) {
  CommandLine line;
  CLI::App app(examples(service) + "\n" + summary, service);
  bool version = false;
  app.add_option("-c,--config", line.config_file, "TOML file with the configuration");
  app.add_flag("--check", line.check, "Check the configuration and end");
  app.add_flag("--show-config", line.show_config, "Print every value and where it came from, and end");
  app.add_flag("--sample-config", line.sample_config, "Print a file with every key and its default, and end");
  app.add_flag("--config-docs", line.config_docs, "Print the documentation of every key (Markdown), and end");
  app.add_flag("--version", version, "Print version, commit, compiler and library versions");
  for (const auto& section : options.sections()) {
    for (const auto& option : section.options) {
      const auto set = [&line, key = option.key](const std::string& text) { line.settings.emplace_back(key, text); };
      app.add_option_function<std::string>("--" + option.key, set, option.doc)
          ->type_name(option.default_text)
          ->group("[" + section.name + "]");
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    line.exit_code = 0;
  } catch (const CLI::ExtrasError& error) {
    std::cerr << service << ": " << unknown(error, app.remaining(), options) << "\nTry: " << service << " --help\n";
    line.exit_code = 2;
  } catch (const CLI::ParseError& error) {
    std::cerr << service << ": " << error.what() << "\nTry: " << service << " --help\n";
    line.exit_code = 2;
  }
  if (version && line.exit_code < 0) {
    std::cout << build_details(service);
    line.exit_code = 0;
  }
  return line;
}

}  // namespace im
