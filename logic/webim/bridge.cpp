#include "logic/webim/bridge.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "logic/identity/authenticator.hpp"
#include "logic/webim/lobby_events.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace json = boost::json;

namespace {

json::object private_words(const store::Message& row, const std::string& type, const std::string& data) {
  return {{"cmd", "fromMsg"}, {"from", row.sender.value()}, {"channal", 1}, {"type", type}, {"data", data}};
}

std::string caption_of(const std::string& body) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  return error || !value.is_object() ? std::string() : text_member(value.get_object(), "caption");
}

}  // namespace

std::string plain_text(const json::object& message, const std::string& origin) {
  const std::string type = text_member(message, "type");
  if (type.empty() || type == "text") return unescaped(text_member(message, "data"));
  std::string url = text_member(message, "url");
  if (url.starts_with('/') && !url.starts_with("//")) url.insert(0, origin);
  return "[" + type + "] " + (url.empty() ? unescaped(text_member(message, "data")) : url);
}

json::value media_words(const store::Message& row, const json::object& urls, const std::string& name) {
  const std::string caption = escaped(caption_of(row.body));
  if (row.type != "image") {
    const std::string link = "[" + row.type + "] <a href=\"" + escaped(text_member(urls, "file")) +
                             "\" target=\"_blank\" rel=\"noopener\">" + escaped(name) + "</a>";
    return private_words(row, "text", caption.empty() ? link : link + " " + caption);
  }
  json::object picture = private_words(row, "image", "");
  picture["url"] = text_member(urls, urls.contains("large") ? "large" : "file");
  if (caption.empty()) return picture;
  return json::array{std::move(picture), private_words(row, "text", caption)};
}

Status Bridge::send(const Person& from, Uid to, const json::object& message) {
  const std::string text = plain_text(message, origin_);
  if (text.empty()) return Ok{};
  chat::Draft draft;
  draft.to = to;
  draft.client_id = make_session_key();
  draft.body = text;
  const auto sent = messages_.send({from.uid, "webim", {}}, std::move(draft));
  return sent.ok() ? Status(Ok{}) : Status(sent.error());
}

}  // namespace im::logic::webim
