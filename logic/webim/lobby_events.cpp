#include "logic/webim/lobby_events.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "logic/webim/fd.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;
constexpr std::array<std::string_view, 5> kDrawn{"text", "image", "video", "audio", "screen"};
constexpr std::size_t kMaxAddress = 1024;

json::object system_line(const std::string& text) {
  return {{"cmd", "fromMsg"}, {"from", 0}, {"channal", 0}, {"data", text}};
}

/// Of `data`: a page draws a number as its text.
std::string drawn_text(const json::object& message) {
  const json::value* data = message.if_contains("data");
  const bool scalar = data != nullptr && (data->is_number() || data->is_bool());
  return scalar ? json::serialize(*data) : text_member(message, "data");
}

/// Every member of the page's object, its cmd replaced.
json::object as_from(json::object message) {
  make_drawable(message);
  message["cmd"] = "fromMsg";
  return message;
}

}  // namespace

std::string text_member(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

json::object person_json(const char* cmd, const Person& person) {
  return {{"cmd", cmd}, {"fd", fd_json(person.fd)}, {"name", person.name}, {"avatar", person.avatar}};
}

std::string came_event(const Person& person) {
  json::array words{person_json("newUser", person), system_line(person.name + "上线了")};
  return json::serialize(json::object{{"cmd", "lobby.came"},
                                      {"uid", person.uid.value()},
                                      {"name", unescaped(person.name)},
                                      {"avatar", unescaped(person.avatar)},
                                      {"webim", std::move(words)}});
}

std::string went_event(const Person& person) {
  json::object words{{"cmd", "offline"}, {"fd", fd_json(person.fd)}, {"from", 0}, {"channal", 0}};
  words["data"] = person.name + "下线了";
  return json::serialize(json::object{{"cmd", "lobby.went"},
                                      {"uid", person.uid.value()},
                                      {"name", unescaped(person.name)},
                                      {"webim", std::move(words)}});
}

void stamp(json::object& message, const Person& sender) {
  message["from"] = fd_json(sender.fd);
  if (message.contains("name")) message["name"] = sender.name;
  if (message.contains("avatar")) message["avatar"] = sender.avatar;
  if (message.contains("user")) message["user"] = {{"name", sender.name}, {"avatar", sender.avatar}};
}

void make_drawable(json::object& message) {
  const std::string type = text_member(message, "type"), data = drawn_text(message);
  message["data"] = data;
  if (type.empty()) {
    message.erase("type");
  } else if (std::ranges::find(kDrawn, type) == kDrawn.end()) {
    const std::string url = escaped(text_member(message, "url"));
    message["data"] = "[" + escaped(type) + "] " + (url.empty() || url.size() > kMaxAddress ? data : url);
    message["type"] = "text";
  }
}

json::object line_of(const std::string& body, const Person& sender) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) value = json::object{{"cmd", "message"}, {"type", "text"}, {"data", escaped(body)}};
  json::object message = std::move(value.get_object());
  const json::value* from = message.if_contains("from");
  json::value own = from != nullptr && uid_of(*from) == sender.uid ? *from : fd_json(sender.fd);
  stamp(message, sender);
  make_drawable(message);
  message["from"] = std::move(own);
  return message;
}

std::string line_event(const store::Message& row, const Person& sender) {
  json::object page = line_of(row.body, sender);
  json::object event{
      {"cmd", "lobby.line"},     {"room", kLobby},   {"conv_id", row.conv.value()},  {"seq", row.seq},
      {"prev_seq", row.seq - 1}, {"type", row.type}, {"sender", row.sender.value()}, {"name", unescaped(sender.name)}};
  event["body"] = unescaped(text_member(page, row.type == "image" ? "url" : "data"));
  event["ts"] = row.ts;
  event["webim"] = as_from(std::move(page));
  return json::serialize(event);
}

std::string private_event(const json::object& message) {
  return json::serialize(json::object{{"cmd", "lobby.private"}, {"webim", as_from(message)}});
}

}  // namespace im::logic::webim
