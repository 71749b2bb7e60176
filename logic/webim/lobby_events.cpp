#include "logic/webim/lobby_events.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "logic/webim/fd.hpp"
#include "logic/webim/page_text.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;

json::object system_line(const std::string& text) {
  return {{"cmd", "fromMsg"}, {"from", 0}, {"channal", 0}, {"data", text}};
}

/// Every member of the page's object, its cmd replaced.
json::object as_from(json::object message) {
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

std::string line_event(const store::Message& row, const Person& sender) {
  boost::system::error_code error;
  json::value message = json::parse(row.body, error);
  if (error || !message.is_object()) message = json::object{{"data", row.body}};
  json::object& page = message.get_object();
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
