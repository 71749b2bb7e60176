#include "logic/webim/stay_round.hpp"

#include <algorithm>

namespace im::logic::webim {

Status StayRound::look() {
  auto db = store_.reader();
  if (!db.ok()) return db.error();
  const auto now = db.value()->clock_ms();
  if (!now.ok()) return now.error();
  const bool anew = anew_.exchange(false);
  const std::int64_t until = now.value() - grace_ms_;
  const Status looked = look(anew ? 0 : looked_ms_, until);
  if (looked.ok())
    looked_ms_ = anew ? until : std::max(looked_ms_, until);
  else if (anew)
    anew_ = true;
  return looked;
}

Status StayRound::look(std::int64_t from_ms, std::int64_t until_ms) {
  auto stays = people_.to_look_at(from_ms, until_ms);
  if (!stays.ok()) return stays.error();
  const auto members = book_.who_came(from_ms, until_ms);
  if (!members.ok()) return members.error();
  for (const Uid uid : members.value()) stays.value().push_back({uid});
  stays_.noted(stays.value());
  return Ok{};
}

}  // namespace im::logic::webim
