#include "tools/imctl/api.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "common/client/http_call.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

client::HttpAnswer call(const std::string& base, const std::string& method, const std::string& target,
                        const std::string& body, std::chrono::milliseconds within = kAnswerWithin) {
  const auto url = client::parse_url(base);
  if (!url.ok()) throw UsageError(url.error().message);
  client::HttpCall request;
  request.method = method;
  request.url = url.value();
  while (request.url.target.ends_with('/')) request.url.target.pop_back();
  request.url.target += target;
  request.body = body;
  request.deadline = within;
  auto answer = client::http_call_now(std::move(request));
  if (answer.ok()) return std::move(answer).value();
  throw Failure("cannot reach logic at " + base + ": " + answer.error().message + "; ./im status shows what runs",
                kUnreachable);
}

/// Null when it is not a JSON object.
json::value object_of(const std::string& body) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  return !error && value.is_object() ? value : json::value();
}

std::string member_text(const json::value& object, const char* name) {
  const json::value* value = object.is_object() ? object.get_object().if_contains(name) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : "";
}

[[noreturn]] void strange(const std::string& base, const client::HttpAnswer& answer, const char* hint) {
  std::string text = "logic at " + base + " answered HTTP " + std::to_string(answer.status);
  if (!answer.body.empty()) text += ": " + answer.body.substr(0, 200);
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  throw Failure(text + hint);
}

}  // namespace

json::value call_api(const std::string& base, const std::string& method, const std::string& target,
                     const std::string& body) {
  const auto answer = call(base, method, target, body);
  const json::value root = object_of(answer.body);
  const json::value* code = root.is_object() ? root.get_object().if_contains("code") : nullptr;
  if (code == nullptr || !code->is_int64())
    strange(base, answer, "; is that the push API of a logic (http.push_port, default 3111)?");
  if (answer.status != 200 || code->get_int64() != 0) {
    const std::string message = member_text(root, "message");
    throw Failure("logic at " + base + " refused: " + (message.empty() ? "no reason given" : message) + " (code " +
                  std::to_string(code->get_int64()) + ", HTTP " + std::to_string(answer.status) + ")");
  }
  const json::value* data = root.get_object().if_contains("data");
  return data == nullptr ? json::value() : *data;
}

json::value call_admin(const std::string& base, const std::string& target, const std::string& method,
                       std::chrono::milliseconds within) {
  const auto answer = call(base, method, target, "", within);
  json::value root = object_of(answer.body);
  if (root.is_object() && answer.status == 200) return root;
  const std::string error = member_text(root, "error");
  if (error.empty()) strange(base, answer, "; is that the ops server of a logic (ops.port, default 3112)?");
  if (answer.status == 503) throw Failure("logic at " + base + ": " + error + "; ./im status shows what runs");
  throw Failure(error);
}

std::string no_public_port(const std::string& base, int status) {
  return base + " answered HTTP " + std::to_string(status) +
         "; is that the public port of a logic (http.public_port, default 3113)?";
}

std::vector<std::string> split_query(const std::string& name, const std::vector<std::string>& values, std::size_t max) {
  std::vector<std::string> pieces;
  for (const std::string& value : values) {
    const std::string item = name + "=" + client::percent_encode(value);
    if (!pieces.empty() && pieces.back().size() + 1 + item.size() <= max) {
      pieces.back() += "&" + item;
    } else {
      pieces.push_back(item);
    }
  }
  return pieces;
}

}  // namespace im::imctl
