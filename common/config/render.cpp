#include <cctype>
#include <map>

#include "common/config/options.hpp"

namespace im::config {

namespace {

std::string name_of(const Option& option) { return option.key.substr(option.key.find('.') + 1); }

/// The choices between `separator`, each between `quote`.
std::string choices_of(const Option& option, const std::string& separator, const std::string& quote) {
  std::string text;
  for (const auto& choice : option.choices) text += (text.empty() ? "" : separator) + quote + choice + quote;
  return text;
}

/// Text of a table cell.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

const char* to_string(Origin origin) {
  switch (origin) {
    case Origin::kDefault:
      return "default";
    case Origin::kFile:
      return "file";
    case Origin::kEnvironment:
      return "environment";
    case Origin::kFlag:
      return "flag";
  }
  return "default";
}

std::string sample_toml(const Options& options, const std::string& service) {
  std::string out = "# " + service + ": every key with its default. A flag (--section.key=value) wins over the\n" +
                    "# environment (IM_" + upper(service) + "__SECTION__KEY), the environment over this file.\n";
  for (const auto& section : options.sections()) {
    out += "\n# " + section.doc + "\n[" + section.name + "]\n";
    for (const auto& option : section.options) {
      out += "# " + option.doc;
      if (!option.choices.empty()) out += " One of: " + choices_of(option, ", ", "") + ".";
      out += "\n# " + name_of(option) + " = " + option.default_text + "\n";
    }
  }
  return out;
}

std::string show_toml(const Options& options, const Loaded* origins) {
  std::map<std::string, Origin> by_key;
  if (origins != nullptr) by_key.insert(origins->origins.begin(), origins->origins.end());
  std::string out;
  for (const auto& section : options.sections()) {
    out += (out.empty() ? "[" : "\n[") + section.name + "]\n";
    for (const auto& option : section.options) {
      out += name_of(option) + " = " + option.get_text();
      if (origins != nullptr) out += std::string("  # ") + to_string(by_key[option.key]);
      out += "\n";
    }
  }
  return out;
}

std::string markdown(const Options& options, const std::string& service) {
  std::string out = "## " + service + "\n";
  for (const auto& section : options.sections()) {
    out += "\n### [" + section.name + "]\n\n" + section.doc + "\n\n| key | default | meaning |\n|---|---|---|\n";
    for (const auto& option : section.options) {
      out += "| `" + option.key + "` | `" + cell(option.default_text) + "` | " + cell(option.doc);
      if (!option.choices.empty()) out += " One of: " + cell(choices_of(option, ", ", "`")) + ".";
      out += " |\n";
    }
  }
  return out;
}

}  // namespace im::config
