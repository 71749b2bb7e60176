#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/base/ids.hpp"

namespace im::logic {

/// How a user wants to be seen while online.
enum class Mood { kOnline = 0, kAway = 1, kBusy = 2, kInvisible = 3 };
const char* name_of(Mood mood);
std::optional<Mood> read_mood(std::string_view text);

struct PresenceRow {
  Mood mood = Mood::kOnline;
  std::string text;
  std::int64_t last_seen_ms = 0;  ///< 0: never
};

/// What others may see: {"uid":7,"state":"busy","text":"…"}, {"uid":7,"state":"offline","last_seen":…}. Who is
/// invisible looks like one who is offline.
boost::json::object presence_json(Uid uid, const PresenceRow& row, bool online);

}  // namespace im::logic
