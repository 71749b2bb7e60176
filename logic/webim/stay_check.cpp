#include "logic/webim/stay_check.hpp"

#include <algorithm>
#include <iterator>

namespace im::logic::webim {

namespace {
constexpr std::size_t kAtOnce = 500;  // of one question

bool lasts(const Stay& stay, const std::vector<SessionInfo>& live) {
  if (stay.entered.empty()) return !live.empty();
  return std::ranges::any_of(live, [&stay](const SessionInfo& one) {
    return std::ranges::find(stay.entered, one.epoch) != stay.entered.end();
  });
}

std::vector<SessionEpoch> ended(const Stay& stay, const std::vector<SessionInfo>& live) {
  std::vector<SessionEpoch> ended;
  std::ranges::copy_if(stay.entered, std::back_inserter(ended), [&live](SessionEpoch one) {
    return std::ranges::find(live, one, &SessionInfo::epoch) == live.end();
  });
  return ended;
}
}  // namespace

void StayCheck::noted(const std::vector<Stay>& stays) {
  for (auto at = stays.begin(); at != stays.end();) {
    const auto next = at + std::min<std::ptrdiff_t>(kAtOnce, stays.end() - at);
    ask({at, next});
    at = next;
  }
}

void StayCheck::ask_again() {
  std::set<Stay> unknown;
  {
    const std::lock_guard lock(mutex_);
    unknown = std::exchange(unknown_, {});
  }
  noted({unknown.begin(), unknown.end()});
}

void StayCheck::ask(std::vector<Stay> stays) {
  LocateAsk ask;
  for (const Stay& stay : stays) ask.uids.push_back(stay.uid.value());
  directory_.locate(std::move(ask),
                    [this, stays = std::move(stays)](const Result<LocateAnswer>& answer) { answered(stays, answer); });
}

void StayCheck::answered(const std::vector<Stay>& stays, const Result<LocateAnswer>& answer) {
  std::vector<Stay> gone, there, unknown;
  for (std::size_t at = 0; at < stays.size(); ++at) {
    const bool online = answer.ok() && lasts(stays[at], answer.value().by_uid[at]);
    const bool all_known = answer.ok() && !answer.value().unknown_uid(at);
    (online ? there : all_known ? gone : unknown).push_back(stays[at]);
    if (online && all_known) there.back().ended = ended(stays[at], answer.value().by_uid[at]);
  }
  if (!unknown.empty()) {
    const std::lock_guard lock(mutex_);
    unknown_.insert(unknown.begin(), unknown.end());
  }
  if (!gone.empty()) answers_.gone(gone);
  if (!there.empty()) answers_.there(there);
}

}  // namespace im::logic::webim
