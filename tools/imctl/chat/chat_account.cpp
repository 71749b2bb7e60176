#include "tools/imctl/chat/chat_account.hpp"

#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"
#include "common/json/strict_json.hpp"
#include "tools/imctl/api.hpp"

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

/// The server's object of an answer that is good; kDenied, kConflict or kInvalid with its own words.
Result<json::object> read_answer(const Result<client::HttpAnswer>& answer, const std::string& server) {
  if (!answer.ok())
    return Error{answer.error().code, "cannot reach logic at " + server + ": " + answer.error().message};
  const auto value = parse_strict_json(answer.value().body);
  if (!value.ok() || !value.value().is_object())
    return Error{Error::Code::kInternal, no_public_port(server, answer.value().status)};
  const json::object& object = value.value().get_object();
  if (!flag_of(object, "ok")) return Error{kind_of(number_of(object, "code")), text_of(object, "error")};
  return object;
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
  return ChatTokens{number_of(object.value(), "uid"), text_of(object.value(), "device"),
                    text_of(object.value(), "token"), text_of(object.value(), "refresh"),
                    number_of(object.value(), "expires_in_s")};
}

Result<std::int64_t> read_found_user(const Result<client::HttpAnswer>& answer, const std::string& server,
                                     const std::string& login) {
  const auto object = read_answer(answer, server);
  if (!object.ok()) return object.error();
  const json::value* users = object.value().if_contains("users");
  if (users == nullptr || !users->is_array() || users->get_array().empty() || !users->get_array()[0].is_object())
    return Error{Error::Code::kNotFound, "nobody has the login \"" + login + "\""};
  return number_of(users->get_array()[0].get_object(), "uid");
}

}  // namespace im::imctl
