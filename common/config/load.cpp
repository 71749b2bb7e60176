#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>
#include <unistd.h>

#include <toml++/toml.h>

#include "common/config/options.hpp"
#include "common/config/values.hpp"

namespace im::config {

namespace {

/// One load: the table, what was found, where values came from.
class Loader {
 public:
  explicit Loader(Options& options) {
    for (auto& section : options.sections()) {
      for (auto& option : section.options) {
        by_key_[option.key] = &option;
        keys_.push_back(option.key);
        origins_[option.key] = Origin::kDefault;
      }
      sections_.push_back(section.name);
    }
  }

  void file(const std::string& path) {
    try {
      const toml::table root = toml::parse_file(path);
      for (const auto& [name, node] : root) section(path, std::string(name.str()), node, name.source());
    } catch (const toml::parse_error& error) {
      const bool unread = !error.source().begin;
      problem(unread ? path : place(path, error.source().begin), std::string(error.description()));
    }
  }

  void environment(const std::string& service) {
    std::map<std::string, std::string> by_name;
    std::vector<std::string> names;
    for (const auto& key : keys_) {
      names.push_back(variable(service, key));
      by_name[names.back()] = key;
    }
    const std::string prefix = variable(service, "");
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string_view pair = *entry;
      if (!pair.starts_with(prefix)) continue;
      const std::string name(pair.substr(0, pair.find('=')));
      const auto known = by_name.find(name);
      if (known == by_name.end()) {
        problem("environment " + name, unknown("variable", name, names));
      } else {
        set("environment " + name, known->second, std::string(pair.substr(name.size() + 1)), Origin::kEnvironment);
      }
    }
  }

  void flags(const std::vector<std::pair<std::string, std::string>>& given) {
    for (const auto& [key, text] : given) {
      if (by_key_.contains(key)) {
        set("flag --" + key, key, text, Origin::kFlag);
      } else {
        problem("flag --" + key, unknown("option", key, keys_));
      }
    }
  }

  Loaded finish(const Options& options) {
    for (const auto& rule : options.checks()) told(rule());
    told(options.listeners_fault());
    for (const auto& key : keys_) result_.origins.emplace_back(key, origins_[key]);
    return std::move(result_);
  }

 private:
  /// "comet", "tcp.port": IM_COMET__TCP__PORT
  static std::string variable(const std::string& service, const std::string& key) {
    std::string name = "IM_" + service + "__" + key;
    for (std::size_t at = 0; (at = name.find('.')) != std::string::npos;) name.replace(at, 1, "__");
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
  }

  static std::string place(const std::string& path, const toml::source_position& at) {
    return path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }

  static std::string unknown(const std::string& what, const std::string& name, const std::vector<std::string>& known) {
    const std::string guess = nearest(name, known);
    return "unknown " + what + " \"" + name + "\"" +
           (guess.empty() ? "; --sample-config lists all keys" : "; did you mean \"" + guess + "\"?");
  }

  /// What a rule says of its key, where that key has its value from; a value that was not taken has its problem
  /// already.
  void told(const std::string& fault) {
    if (fault.empty()) return;
    const std::string key = fault.substr(0, fault.find_first_of(":,"));
    if (refused_.contains(key)) return;
    const auto place = places_.find(key);
    problem(place == places_.end() ? "configuration" : place->second, fault);
  }

  void problem(std::string where, std::string message) {
    result_.problems.push_back({std::move(where), std::move(message)});
  }

  void section(const std::string& path, const std::string& name, const toml::node& node,
               const toml::source_region& source) {
    const toml::table* table = node.as_table();
    const bool known = std::find(sections_.begin(), sections_.end(), name) != sections_.end();
    if (table == nullptr || !known) {
      problem(place(path, source.begin), table == nullptr ? "\"" + name + "\" must stand in a table, e.g. [node]"
                                                          : unknown("section", name, sections_));
      return;
    }
    for (const auto& [key, value] : *table) entry(path, name + "." + std::string(key.str()), value, key.source());
  }

  void entry(const std::string& path, const std::string& key, const toml::node& node,
             const toml::source_region& source) {
    const std::string where = place(path, source.begin);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
      problem(where, unknown("key", key, keys_));
      return;
    }
    const Option& option = *found->second;
    std::vector<std::string> items;
    std::string text;
    const bool list = option.type == Option::Type::kStringList;
    if (std::string error = list ? list_of(node, items) : text_of(option, node, text); !error.empty()) {
      problem(where, key + ": " + error);
      refused_.insert(key);
    } else if (list) {
      option.set_list(items);
      origins_[key] = Origin::kFile;
      places_[key] = where;
    } else {
      set(where, key, text, Origin::kFile);
    }
  }

  /// The value as flag text; a type that does not fit the key is an error.
  static std::string text_of(const Option& option, const toml::node& node, std::string& text) {
    using Type = Option::Type;
    const bool wants_string =
        option.type == Type::kString || option.type == Type::kMillis || option.type == Type::kBytes;
    if (const auto* string = node.as_string(); string != nullptr && wants_string) {
      text = string->get();
    } else if (const auto* integer = node.as_integer();
               integer != nullptr && option.type != Type::kString && option.type != Type::kBool) {
      text = std::to_string(integer->get());
    } else if (const auto* number = node.as_floating_point(); number != nullptr && option.type == Type::kDouble) {
      text = to_text(number->get());
    } else if (const auto* boolean = node.as_boolean(); boolean != nullptr && option.type == Type::kBool) {
      text = boolean->get() ? "true" : "false";
    } else {
      static constexpr const char* kNames[] = {
          "true or false",          "a whole number",       "a number", "a string", "a list of strings",
          "a duration like \"5s\"", "a size like \"64KiB\""};
      return std::string("must be ") + kNames[static_cast<std::size_t>(option.type)];
    }
    return "";
  }

  static std::string list_of(const toml::node& node, std::vector<std::string>& items) {
    const auto* array = node.as_array();
    if (array == nullptr) return "must be a list of strings, e.g. [\"127.0.0.1:3119\"]";
    for (const auto& item : *array) {
      const auto* string = item.as_string();
      if (string == nullptr) return "must be a list of strings";
      items.push_back(string->get());
    }
    return "";
  }

  void set(const std::string& where, const std::string& key, const std::string& text, Origin origin) {
    if (std::string error = by_key_[key]->set_text(text); !error.empty()) {
      problem(where, key + ": " + error);
      refused_.insert(key);
    } else {
      origins_[key] = origin;
      places_[key] = where;
    }
  }

  std::map<std::string, const Option*> by_key_;
  std::vector<std::string> keys_;
  std::vector<std::string> sections_;
  std::map<std::string, Origin> origins_;
  std::map<std::string, std::string> places_;
  std::set<std::string> refused_;
  Loaded result_;
};

}  // namespace

Loaded load(Options& options, const std::string& service, const std::string& file,
            const std::vector<std::pair<std::string, std::string>>& flags) {
  Loader loader(options);
  if (!file.empty()) loader.file(file);
  loader.environment(service);
  loader.flags(flags);
  return loader.finish(options);
}

}  // namespace im::config
