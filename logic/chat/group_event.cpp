#include "logic/chat/group_event.hpp"

#include <boost/json.hpp>

namespace im::logic::chat {

std::string to_json(const GroupEvent& event) {
  boost::json::object object;
  object["event"] = event.event;
  if (!event.uids.empty()) {
    auto& uids = object["uids"].emplace_array();
    for (const auto uid : event.uids) uids.emplace_back(uid.value());
  }
  if (event.text) object["text"] = *event.text;
  if (event.until_ms) object["until_ms"] = *event.until_ms;
  if (event.on) object["on"] = *event.on;
  if (event.role) object["role"] = *event.role;
  return boost::json::serialize(object);
}

}  // namespace im::logic::chat
