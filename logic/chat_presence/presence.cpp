#include "logic/chat_presence/presence.hpp"

#include <array>

namespace im::logic {

namespace {
constexpr std::array kMoods{Mood::kOnline, Mood::kAway, Mood::kBusy, Mood::kInvisible};
}

const char* name_of(Mood mood) {
  switch (mood) {
    case Mood::kOnline:
      return "online";
    case Mood::kAway:
      return "away";
    case Mood::kBusy:
      return "busy";
    case Mood::kInvisible:
      return "invisible";
  }
  return "";
}

std::optional<Mood> read_mood(std::string_view text) {
  for (const Mood mood : kMoods)
    if (text == name_of(mood)) return mood;
  return std::nullopt;
}

boost::json::object presence_json(Uid uid, const PresenceRow& row, bool online) {
  boost::json::object out{{"uid", uid.value()}};
  if (online && row.mood != Mood::kInvisible) {
    out["state"] = name_of(row.mood);
    if (!row.text.empty()) out["text"] = row.text;
    return out;
  }
  out["state"] = "offline";
  if (row.last_seen_ms > 0) out["last_seen"] = row.last_seen_ms;
  return out;
}

}  // namespace im::logic
