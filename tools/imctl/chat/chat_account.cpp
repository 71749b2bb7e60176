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
  if (!answer.ok())
    return Error{answer.error().code, "cannot reach logic at " + server + ": " + answer.error().message};
  const auto value = parse_strict_json(answer.value().body);
  if (!value.ok() || !value.value().is_object())
    return Error{Error::Code::kInternal, server + " answered HTTP " + std::to_string(answer.value().status) +
                                             "; is that the public port of a logic (http.public_port, default 3113)?"};
  const json::object& object = value.value().get_object();
  if (!flag_of(object, "ok")) {
    const bool refused = number_of(object, "code") == 4401;
    return Error{refused ? Error::Code::kDenied : Error::Code::kInvalid, text_of(object, "error")};
  }
  return ChatTokens{number_of(object, "uid"), text_of(object, "device"), text_of(object, "token"),
                    text_of(object, "refresh"), number_of(object, "expires_in_s")};
}

}  // namespace im::imctl
