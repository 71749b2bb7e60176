#include "common/keys/api_key_file.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/secret_file.hpp"
#include "common/json/strict_json.hpp"

namespace im {

namespace {

namespace json = boost::json;

Error problem(const std::string& path, const std::string& text) { return {Error::Code::kInvalid, path + ": " + text}; }

/// Reads the members of one entry; the first thing that is wrong is kept.
class Entry {
 public:
  explicit Entry(const json::object& object) : object_(object) {}

  std::string text(const char* name) {
    const json::value* value = member(name);
    if (value == nullptr || !value->is_string()) return fail(name, "must be a text"), "";
    return json::value_to<std::string>(*value);
  }
  double number(const char* name) {
    const json::value* value = member(name);
    if (value == nullptr || !value->is_number() || value->to_number<double>() < 0)
      return fail(name, "must be a number of 0 or more"), 0;
    return value->to_number<double>();
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> out;
    const json::value* value = member(name);
    if (value == nullptr || !value->is_array()) return fail(name, "must be a list"), out;
    for (const json::value& item : value->get_array()) {
      if (!item.is_string()) return fail(name, "must be a list of texts"), out;
      out.push_back(json::value_to<std::string>(item));
    }
    return out;
  }
  /// What is wrong, "" = nothing. After all members were read.
  std::string finish() {
    for (const auto& member : object_) {
      if (!seen_.contains(std::string(member.key()))) fail(std::string(member.key()).c_str(), "is not known here");
    }
    return problem_;
  }
  void fail(const char* name, const std::string& text) {
    if (problem_.empty()) problem_ = std::string("\"") + name + "\" " + text;
  }

 private:
  const json::value* member(const char* name) {
    seen_.insert(name);
    return object_.if_contains(name);
  }
  const json::object& object_;
  std::set<std::string> seen_;
  std::string problem_;
};

ApiKey key_of(Entry& entry) {
  ApiKey key;
  key.id = entry.text("id");
  key.name = entry.text("name");
  key.hash = entry.text("sha256");
  key.scopes = entry.texts("scopes");
  key.rate = entry.number("rate");
  key.burst = entry.number("burst");
  key.created_ms = static_cast<std::int64_t>(entry.number("created_ms"));
  key.expires_ms = static_cast<std::int64_t>(entry.number("expires_ms"));
  if (key.hash.size() != 64) entry.fail("sha256", "must have 64 hexadecimal digits");
  if (key.rate <= 0) entry.fail("rate", "must be above 0");
  if (key.burst < 1) entry.fail("burst", "must be at least 1");
  for (const auto& scope : key.scopes) {
    if (std::find(std::begin(kKeyScopes), std::end(kKeyScopes), scope) == std::end(kKeyScopes))
      entry.fail("scopes", "knows users, rooms and all, not \"" + scope + "\"");
  }
  return key;
}

json::object to_json(const ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"sha256", key.hash},
          {"scopes", json::array(key.scopes.begin(), key.scopes.end())},
          {"rate", key.rate},
          {"burst", key.burst},
          {"created_ms", key.created_ms},
          {"expires_ms", key.expires_ms}};
}

}  // namespace

Result<std::vector<ApiKey>> parse_api_keys(std::string_view text) {
  const auto wrong = [](std::string why) { return Error{Error::Code::kInvalid, std::move(why)}; };
  const auto parsed = parse_strict_json(text);
  if (!parsed.ok()) return wrong(parsed.error().message);
  const json::object* root = parsed.value().if_object();
  const json::value* list = root == nullptr ? nullptr : root->if_contains("keys");
  if (list == nullptr || !list->is_array() || root->size() != 1)
    return wrong("must be an object with one list \"keys\"");
  std::vector<ApiKey> keys;
  std::set<std::string> ids;
  for (const json::value& item : list->get_array()) {
    const std::string place = "keys[" + std::to_string(keys.size()) + "]: ";
    if (!item.is_object()) return wrong(place + "must be an object");
    Entry entry(item.get_object());
    keys.push_back(key_of(entry));
    if (const std::string fault = entry.finish(); !fault.empty()) return wrong(place + fault);
    if (!ids.insert(keys.back().id).second) return wrong(place + "the id \"" + keys.back().id + "\" stands twice");
  }
  return keys;
}

Result<std::vector<ApiKey>> read_api_keys(const std::string& path) {
  const auto text = read_secret_file(path);
  if (!text.ok() && text.error().code == Error::Code::kNotFound)
    return Error{Error::Code::kNotFound, path + ": cannot be read; `imctl key add` makes it"};
  if (!text.ok()) return problem(path, text.error().message);
  auto keys = parse_api_keys(text.value());
  return keys.ok() ? std::move(keys) : problem(path, keys.error().message);
}

Status write_api_keys(const std::string& path, const std::vector<ApiKey>& keys) {
  json::array list;
  for (const ApiKey& key : keys) list.push_back(to_json(key));
  return write_secret_file(path, json::serialize(json::object{{"keys", std::move(list)}}) + "\n");
}

}  // namespace im
