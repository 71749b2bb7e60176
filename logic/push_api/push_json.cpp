// PushCommand from JSON. Every refusal names the member by its JSON pointer.
#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/base64.hpp"
#include "common/config/values.hpp"
#include "logic/push_api/push_command.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

/// Reads into a command; throws the first Problem, caught at the door below.
class Reader {
 public:
  Reader(const PushLimits& limits, std::string at) : limits_(limits), at_(std::move(at)) {}

  PushCommand read(const json::value& value) {
    const json::object& push = object(value, at_);
    only(push, {"to", "operation", "text", "json", "base64", "report"}, at_);
    read_target(member(push, "to", at_));
    command_.operation = number<std::int32_t>(member(push, "operation", at_), at_ + "/operation");
    read_body(push);
    if (const json::value* report = push.if_contains("report")) {
      if (!report->is_bool()) throw invalid("must be true or false", at_ + "/report");
      command_.report = report->get_bool();
    }
    if (auto wrong = check(command_, limits_, at_)) throw Problem(*wrong);
    return std::move(command_);
  }

 private:
  static const json::object& object(const json::value& value, const std::string& at) {
    if (!value.is_object()) throw invalid("must be an object", at);
    return value.get_object();
  }
  static const json::value& member(const json::object& object, const char* name, const std::string& at) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) throw invalid(std::string("\"") + name + "\" is missing", at);
    return *value;
  }
  static void only(const json::object& object, const std::vector<std::string>& names, const std::string& at) {
    for (const auto& member : object) {
      const std::string name(member.key());
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      const std::string guess = config::nearest(name, names);
      throw invalid("\"" + name + "\" is not known here" + (guess.empty() ? "" : "; did you mean \"" + guess + "\"?"),
                    at + "/" + name);
    }
  }
  template <class T>
  static T number(const json::value& value, const std::string& at) {
    json::error_code error;
    const T number = value.is_double() ? T{} : value.to_number<T>(error);
    if (value.is_double() || error)
      throw invalid("must be a whole number of " + std::to_string(sizeof(T) * 8) + " bits", at);
    return number;
  }
  static std::string text(const json::value& value, const std::string& at) {
    if (!value.is_string()) throw invalid("must be a text", at);
    return json::value_to<std::string>(value);
  }
  const json::array& list(const json::value& value, const std::string& at) const {
    if (!value.is_array()) throw invalid("must be a list", at);
    return value.get_array();
  }

  void read_target(const json::value& value) {
    const std::string at = at_ + "/to";
    const json::object& to = object(value, at);
    only(to, {"users", "keys", "room", "all", "speed"}, at);
    int kinds = 0;
    for (const char* kind : {"users", "keys", "room", "all"}) kinds += to.contains(kind) ? 1 : 0;
    if (kinds != 1) throw invalid("needs one of \"users\", \"keys\", \"room\" and \"all\"", at);
    if (to.contains("speed") && !to.contains("all")) throw invalid("belongs to \"all\"", at + "/speed");
    if (const json::value* users = to.if_contains("users")) {
      std::size_t i = 0;
      for (const json::value& user : list(*users, at + "/users"))
        command_.users.push_back(number<std::int64_t>(user, at + "/users/" + std::to_string(i++)));
    } else if (const json::value* keys = to.if_contains("keys")) {
      command_.to = PushCommand::To::kKeys;
      std::size_t i = 0;
      for (const json::value& key : list(*keys, at + "/keys"))
        command_.keys.push_back(text(key, at + "/keys/" + std::to_string(i++)));
    } else if (const json::value* room = to.if_contains("room")) {
      command_.to = PushCommand::To::kRoom;
      command_.room = text(*room, at + "/room");
    } else {
      command_.to = PushCommand::To::kAll;
      const json::value& all = to.at("all");
      if (!all.is_bool() || !all.get_bool()) throw invalid("must be true", at + "/all");
      if (const json::value* speed = to.if_contains("speed"))
        command_.speed = number<std::int32_t>(*speed, at + "/speed");
    }
  }

  void read_body(const json::object& push) {
    int bodies = 0;
    for (const char* kind : {"text", "json", "base64"}) bodies += push.contains(kind) ? 1 : 0;
    if (bodies != 1) throw invalid("needs one of \"text\", \"json\" and \"base64\"", at_);
    if (const json::value* plain = push.if_contains("text")) {
      command_.body = text(*plain, at_ + "/text");
    } else if (const json::value* any = push.if_contains("json")) {
      command_.body = json::serialize(*any);
    } else {
      auto bytes = from_base64(text(push.at("base64"), at_ + "/base64"));
      if (!bytes) throw invalid("is not base64 (RFC 4648 §4, with padding)", at_ + "/base64");
      command_.body = std::move(*bytes);
    }
  }

  const PushLimits& limits_;
  std::string at_;
  PushCommand command_;
};

}  // namespace

std::variant<PushCommand, Problem> read_push(const json::value& value, const PushLimits& limits,
                                             const std::string& at) {
  try {
    return Reader(limits, at).read(value);
  } catch (const Problem& problem) {
    return problem;
  }
}

std::variant<std::vector<PushCommand>, Problem> read_batch(const json::value& value, const PushLimits& limits) {
  const json::object* root = value.if_object();
  const json::value* list = root == nullptr ? nullptr : root->if_contains("pushes");
  if (list == nullptr || !list->is_array() || root->size() != 1)
    return invalid("must be an object with one list \"pushes\"", "");
  const json::array& items = list->get_array();
  if (items.empty() || items.size() > limits.batch)
    return invalid("must have 1 to " + std::to_string(limits.batch) + " entries", "/pushes");
  std::vector<PushCommand> pushes;
  for (const json::value& item : items) {
    auto push = read_push(item, limits, "/pushes/" + std::to_string(pushes.size()));
    if (auto* problem = std::get_if<Problem>(&push)) return std::move(*problem);
    pushes.push_back(std::get<PushCommand>(std::move(push)));
  }
  return pushes;
}

}  // namespace im::logic
