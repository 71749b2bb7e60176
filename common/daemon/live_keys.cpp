#include "common/daemon/live_keys.hpp"

#include <cstdlib>
#include <utility>

namespace im {

namespace {

template <class Value, class Read>
LiveKeys::Apply follow(Value& value, std::function<void()> apply, Read read) {
  return [&value, apply = std::move(apply), read](const std::string& toml) {
    value = read(toml);
    apply();
  };
}

}  // namespace

void LiveKeys::add(std::string key, int& value, std::function<void()> apply) {
  add(std::move(key), follow(value, std::move(apply), [](const std::string& toml) { return std::stoi(toml); }));
}

void LiveKeys::add(std::string key, std::int64_t& value, std::function<void()> apply) {
  add(std::move(key), follow(value, std::move(apply), [](const std::string& toml) { return std::stoll(toml); }));
}

void LiveKeys::add(std::string key, double& value, std::function<void()> apply) {
  add(std::move(key),
      follow(value, std::move(apply), [](const std::string& toml) { return std::strtod(toml.c_str(), nullptr); }));
}

void LiveKeys::add(std::string key, std::vector<std::string>& value, std::function<void()> apply) {
  add(std::move(key), follow(value, std::move(apply), strings_of));
}

const LiveKeys::Apply* LiveKeys::find(const std::string& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

KeyValues values_of(const config::Options& options) {
  KeyValues values;
  for (const auto& section : options.sections())
    for (const auto& option : section.options) values[option.key] = option.get_text();
  return values;
}

Reload reload(KeyValues& current, const KeyValues& fresh, const LiveKeys& keys) {
  Reload result;
  for (const auto& [key, value] : fresh) {
    std::string& before = current[key];
    if (before == value) continue;
    const std::string line = key + ": " + before + " -> " + value;
    const LiveKeys::Apply* apply = keys.find(key);
    if (apply == nullptr) {
      result.waiting.push_back(line);
      continue;
    }
    (*apply)(value);
    before = value;
    result.taken.push_back(line);
  }
  return result;
}

std::vector<std::string> strings_of(const std::string& toml) {
  std::vector<std::string> strings;
  bool inside = false;
  for (std::size_t at = 0; at < toml.size(); ++at) {
    if (toml[at] == '"') {
      inside = !inside;
      if (inside) strings.emplace_back();
    } else if (inside) {
      if (toml[at] == '\\' && at + 1 < toml.size()) ++at;
      strings.back() += toml[at];
    }
  }
  return strings;
}

}  // namespace im
