#include "logic/webim/bridge.hpp"

#include <algorithm>
#include <array>

#include "logic/identity/authenticator.hpp"
#include "logic/webim/fd.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::array<std::string_view, 3> kCalls{"video", "audio", "screen"};

bool is_call(const json::object& message) {
  return std::ranges::find(kCalls, text_member(message, "type")) != kCalls.end();
}

/// Refused for the callee, who would need the page's own media.
json::object refusal(const Person& caller, Uid callee, const json::object& message) {
  return {{"cmd", "fromMsg"},
          {"from", callee.value()},
          {"to", fd_json(caller.fd)},
          {"channal", 1},
          {"type", text_member(message, "type")},
          {"data", "gg"}};
}

}  // namespace

std::string plain_text(const json::object& message) {
  const std::string type = text_member(message, "type");
  if (type.empty() || type == "text") return unescaped(text_member(message, "data"));
  if (is_call(message)) return "[" + type + " call of the old page: it cannot be taken here]";
  const std::string url = text_member(message, "url");
  return "[" + type + "] " + (url.empty() ? unescaped(text_member(message, "data")) : url);
}

Result<json::object> Bridge::send(const Person& from, Uid to, const json::object& message) {
  const bool call = is_call(message);
  if (call && text_member(message, "data") != "ask") return json::object{};
  const std::string text = plain_text(message);
  if (text.empty()) return json::object{};
  chat::Draft draft;
  draft.to = to;
  draft.client_id = make_session_key();
  draft.body = text;
  const auto sent = messages_.send({from.uid, "webim", {}}, std::move(draft));
  if (!sent.ok()) return sent.error();
  return call ? refusal(from, to, message) : json::object{};
}

}  // namespace im::logic::webim
