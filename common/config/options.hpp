#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace im::config {

using Millis = std::chrono::milliseconds;

/// Bytes with units in files and flags: "64KiB", "4MiB", "512".
struct Bytes {
  std::uint64_t value = 0;
};

/// One key of a daemon: what it is called, what it means, where its value goes.
struct Option {
  enum class Type { kBool, kInt, kDouble, kString, kStringList, kMillis, kBytes };
  std::string key;  ///< dotted: "tcp.bind"
  Type type = Type::kString;
  std::string doc;                   ///< one or two sentences for docs/configuration.md and configs/*.toml
  std::string default_text;          ///< the default as TOML
  std::vector<std::string> choices;  ///< non-empty: the only strings allowed
  std::function<void(const std::vector<std::string>& items)> set_list;  ///< kStringList: value of a file
  std::function<std::string(const std::string& text)> set_text;  ///< flag or environment value; returns an error or ""
  std::function<std::string()> get_text;                         ///< current value as TOML
  void* target = nullptr;
};

/// The table of all keys of one daemon: parses files, environment and flags; generates help, docs and sample files.
/// Targets hold the default when added. Order of adding is the order in docs and files.
class Options {
 public:
  /// `section` starts a new TOML table in generated files: everything added next is "section.<name>".
  void section(std::string name, std::string doc);
  void add(const std::string& name, bool& target, std::string doc);
  void add(const std::string& name, int& target, std::string doc, int least = 0);  ///< ports: at most 65535
  void add(const std::string& name, std::int64_t& target, std::string doc);        ///< not below 0
  void add(const std::string& name, double& target, std::string doc);              ///< not below 0
  void add(const std::string& name, std::string& target, std::string doc, std::vector<std::string> choices = {});
  void add(const std::string& name, std::vector<std::string>& target, std::string doc);
  void add(const std::string& name, Millis& target, std::string doc);  ///< "250ms", "5s", "4m"
  void add(const std::string& name, Bytes& target, std::string doc);
  /// A rule for the key that was added last, run after loading: returns "" or what is wrong and what to do.
  void must(std::function<std::string()> rule);
  /// A rule over several keys: the same, begun with the key that it is told at ("tcp.port: ...").
  void check(std::function<std::string()> rule);
  /// The key added last is the port of a listener at `bind`: no two of them may meet.
  void listens(const std::string& bind, const int& port);

  struct Section {
    std::string name;
    std::string doc;
    std::vector<Option> options;
  };
  const std::vector<Section>& sections() const { return sections_; }
  const std::vector<std::function<std::string()>>& checks() const { return checks_; }
  /// The first listener that meets an earlier one, as a rule tells it.
  std::string listeners_fault() const;

 private:
  Option& push(const std::string& name, Option::Type type, std::string doc);
  std::vector<Section> sections_;
  std::vector<std::function<std::string()>> checks_;
  struct Listener {
    std::string key;
    const std::string* bind;
    const int* port;
  };
  std::vector<Listener> listeners_;
};

/// Where a value came from, for --show-config and imctl config show --origin.
enum class Origin { kDefault, kFile, kEnvironment, kFlag };
const char* to_string(Origin origin);  ///< "default", "file", ...

struct Problem {
  std::string where;    ///< "comet.toml:14:9", "environment IM_COMET__TCP__BIND", "flag --tcp.bind"
  std::string message;  ///< `unknown key "tcp.rcvbufs"; did you mean "tcp.rcvbuf"?`
};

struct Loaded {
  std::vector<Problem> problems;                        ///< empty = valid
  std::vector<std::pair<std::string, Origin>> origins;  ///< key → origin, table order
};

/// Applies default < file < environment < flags to the targets. `file` may be empty (none).
/// Environment names: IM_<SERVICE>__<SECTION>__<NAME>, upper case, dots as "__"; an unknown one is a problem too.
/// `flags` are (key, text) pairs as given on the command line.
Loaded load(Options& options, const std::string& service, const std::string& file,
            const std::vector<std::pair<std::string, std::string>>& flags);

/// A sample file: every key commented with its doc and default.
std::string sample_toml(const Options& options, const std::string& service);
/// Current values as TOML; with `origins` a comment after each value says where it came from.
std::string show_toml(const Options& options, const Loaded* origins);
/// A chapter of docs/configuration.md.
std::string markdown(const Options& options, const std::string& service);

}  // namespace im::config
