#include "tools/imctl/chat/chat_account.hpp"

#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"
#include "common/json/strict_json.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/missing_part.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;
using chat_client::text_of;

namespace {

Error::Code kind_of(std::int64_t code) {
  if (code == 4401) return Error::Code::kDenied;
  return code == 4409 ? Error::Code::kConflict : Error::Code::kInvalid;
}

Error refusal_in(const json::object& answer, std::string_view cmd) {
  const std::int64_t code = number_of(answer, "code");
  return {kind_of(code), text_of(answer, "error") + advice_for(code, cmd)};
}

/// The server's object, good or not; kInternal: it is no answer of a public port.
Result<json::object> read_answer(const Result<client::HttpAnswer>& answer, const std::string& server) {
  if (!answer.ok())
    return Error{answer.error().code, "cannot reach logic at " + server + ": " + answer.error().message};
  const auto value = parse_strict_json(answer.value().body);
  if (!value.ok() || !value.value().is_object())
    return Error{Error::Code::kInternal, no_public_port(server, answer.value().status)};
  return value.value().get_object();
}

}  // namespace

client::HttpCall account_call(const std::string& server, const std::string& command, const json::object& fields) {
  auto url = client::parse_url(server);
  if (!url.ok()) throw UsageError("--server: " + url.error().message);
  client::HttpCall call;
  call.method = "POST";
  call.url = std::move(url).value();
  while (call.url.target.ends_with('/')) call.url.target.pop_back();
  call.url.target += "/v1/" + command;
  call.headers = {{"Content-Type", "application/json"}};
  call.body = json::serialize(fields);
  return call;
}

Result<ChatTokens> read_tokens(const Result<client::HttpAnswer>& answer, const std::string& server) {
  const auto object = read_answer(answer, server);
  if (!object.ok()) return object.error();
  if (!flag_of(object.value(), "ok")) return refusal_in(object.value(), "account.login");
  return ChatTokens{number_of(object.value(), "uid"), text_of(object.value(), "device"),
                    text_of(object.value(), "token"), text_of(object.value(), "refresh"),
                    number_of(object.value(), "expires_in_s")};
}

Result<std::int64_t> found_user(const json::object& answer, const std::string& login) {
  if (!flag_of(answer, "ok")) return refusal_in(answer, "contact.search");
  const json::value* users = answer.if_contains("users");
  if (users == nullptr || !users->is_array() || users->get_array().empty() || !users->get_array()[0].is_object())
    return Error{Error::Code::kNotFound, "nobody has the login \"" + login + "\""};
  return number_of(users->get_array()[0].get_object(), "uid");
}

Result<std::int64_t> read_found_user(const Result<client::HttpAnswer>& answer, const std::string& server,
                                     const std::string& login) {
  const auto object = read_answer(answer, server);
  return object.ok() ? found_user(object.value(), login) : Result<std::int64_t>(object.error());
}

}  // namespace im::imctl
