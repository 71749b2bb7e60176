#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/options.hpp"

namespace im {

/// The keys that a running daemon takes anew at SIGHUP, with what makes each of them true. All others need a restart.
/// Filled before the daemon starts, then read by the main thread.
class LiveKeys {
 public:
  /// `apply` gets the new value as TOML ("\"debug\"", "[\"10.0.0.0/8\"]"). Main thread.
  using Apply = std::function<void(const std::string& toml)>;
  void add(std::string key, Apply apply) { keys_[std::move(key)] = std::move(apply); }
  /// `value` follows the key, then `apply` makes it true: for keys that are taken together.
  void add(std::string key, int& value, std::function<void()> apply);
  void add(std::string key, std::int64_t& value, std::function<void()> apply);
  void add(std::string key, double& value, std::function<void()> apply);
  void add(std::string key, std::vector<std::string>& value, std::function<void()> apply);
  const Apply* find(const std::string& key) const;
  /// Done at each SIGHUP, whatever keys changed: files that `what` names are read again. On an error what was stays.
  void each_time(std::string what, std::function<Status()> again) {
    again_.emplace_back(std::move(what), std::move(again));
  }
  const std::vector<std::pair<std::string, std::function<Status()>>>& each_time() const { return again_; }

 private:
  std::vector<std::pair<std::string, std::function<Status()>>> again_;
  std::map<std::string, Apply> keys_;
};

/// What a key is now, as TOML.
using KeyValues = std::map<std::string, std::string>;
KeyValues values_of(const config::Options& options);

struct Reload {
  std::vector<std::string> taken;    ///< "log.level: \"info\" -> \"debug\""
  std::vector<std::string> waiting;  ///< the same, of keys that need a restart
};

/// Applies what differs in `fresh` and can be applied; `current` follows. What needs a restart is told each time.
Reload reload(KeyValues& current, const KeyValues& fresh, const LiveKeys& keys);

/// The strings of a TOML value as Options writes it: of a list, or the one of a string.
std::vector<std::string> strings_of(const std::string& toml);

}  // namespace im
