#include "logic/identity/hook_answer.hpp"

#include <limits>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/base64.hpp"
#include "common/base/utf8.hpp"
#include "common/json/strict_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxAccepts = 4096;
constexpr std::int64_t kMaxSeconds = 10LL * 366 * 24 * 3600;  ///< of a session
constexpr std::int64_t kEndOfTime = 253402300799;             ///< year 9999

Error wrong(std::string_view name, const std::string& wanted) {
  return {Error::Code::kInvalid, "member \"" + std::string(name) + "\" is not " + wanted};
}

Status set_number(std::string_view name, const json::value& value, std::int64_t most, std::int64_t& target) {
  if (!value.is_int64() || value.get_int64() < 1 || value.get_int64() > most)
    return wrong(name, "a whole number of 1 to " + std::to_string(most));
  target = value.get_int64();
  return Ok{};
}

Status set_text(std::string_view name, const json::value& value, std::optional<std::string>& target) {
  if (!value.is_string() || value.get_string().size() > kMaxText) return wrong(name, "a text of at most 512 bytes");
  target = json::value_to<std::string>(value);
  return Ok{};
}

Status set_accepts(const json::value& value, std::optional<std::vector<std::int32_t>>& target) {
  const Error bad = wrong("accepts", "a list of at most 4096 32-bit numbers");
  if (!value.is_array() || value.get_array().size() > kMaxAccepts) return bad;
  target.emplace();
  for (const json::value& item : value.get_array()) {
    if (!item.is_int64() || item.get_int64() < std::numeric_limits<std::int32_t>::min() ||
        item.get_int64() > std::numeric_limits<std::int32_t>::max())
      return bad;
    target->push_back(static_cast<std::int32_t>(item.get_int64()));
  }
  return Ok{};
}

Status apply(std::string_view name, const json::value& value, HookGrant& grant) {
  if (name == "uid") {
    std::int64_t uid = 0;
    const Status status = set_number(name, value, std::numeric_limits<std::int64_t>::max(), uid);
    grant.uid = Uid(uid);
    return status;
  }
  if (name == "key") return set_text(name, value, grant.key);
  if (name == "room_id") return set_text(name, value, grant.room);
  if (name == "platform") return set_text(name, value, grant.platform);
  if (name == "accepts") return set_accepts(value, grant.accepts);
  if (name == "expires_in_s") return set_number(name, value, kMaxSeconds, grant.expires_in_s);
  if (name == "issued_at") return set_number(name, value, kEndOfTime, grant.issued_s);
  return Error{Error::Code::kInvalid, "member \"" + std::string(name) + "\" is not known"};
}

Result<HookVerdict> verdict_of(const json::object& object) {
  if (const json::value* refuse = object.if_contains("refuse")) {
    if (!refuse->is_string() || object.size() != 1) return wrong("refuse", "a text that stands alone");
    return HookVerdict(HookRefusal{json::value_to<std::string>(*refuse)});
  }
  HookGrant grant;
  for (const auto& member : object) {
    const Status status = apply({member.key().data(), member.key().size()}, member.value(), grant);
    if (!status.ok()) return status.error();
  }
  if (grant.uid.value() == 0) return Error{Error::Code::kInvalid, "neither \"uid\" nor \"refuse\" is there"};
  return HookVerdict(std::move(grant));
}

}  // namespace

std::string hook_question(const AuthAsk& ask) {
  json::object question;
  if (valid_utf8(ask.token)) {
    question["token"] = ask.token;
  } else {
    question["token_base64"] = base64(ask.token);
  }
  // Header values may hold any byte; what is no UTF-8 is no cookie that anybody set.
  question["cookie"] = valid_utf8(ask.cookie) ? ask.cookie : "";
  question["client_ip"] = ask.client_ip;
  question["transport"] = ask.transport;
  question["dialect"] = to_string(ask.family);
  return json::serialize(question);
}

Result<HookVerdict> read_hook_answer(int status, std::string_view body) {
  if (status == 401 || status == 403) return HookVerdict(HookRefusal{"HTTP " + std::to_string(status)});
  if (status != 200) return Error{Error::Code::kInvalid, "HTTP status " + std::to_string(status)};
  const auto value = parse_strict_json(body);
  if (!value.ok()) return value.error();
  if (!value.value().is_object()) return Error{Error::Code::kInvalid, "the answer is not a JSON object"};
  return verdict_of(value.value().get_object());
}

}  // namespace im::logic
