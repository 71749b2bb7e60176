#include "logic/comets/replaced_book.hpp"

#include <algorithm>

namespace im::logic {

void ReplacedBook::add(CometInstance comet, ConnId conn, SessionEpoch epoch, TimePoint now) {
  Desk& desk = desks_[comet];
  if (desk.entries.size() >= kPerComet) {
    desk.entries.pop_front();
    ++dropped_;
  }
  desk.entries.push_back({conn, epoch, now});
}

std::optional<ReplacedBook::Batch> ReplacedBook::next(TimePoint now) {
  for (auto at = desks_.begin(); at != desks_.end();) {
    Desk& desk = at->second;
    while (!desk.entries.empty() && now - desk.entries.front().since > kWorthTelling) {
      desk.entries.pop_front();
      ++dropped_;
    }
    if (desk.entries.empty() && !desk.telling) {
      at = desks_.erase(at);
      continue;
    }
    if (!desk.telling && now >= desk.not_before) {
      const auto end = desk.entries.begin() + static_cast<std::ptrdiff_t>(std::min(desk.entries.size(), kBatch));
      Batch batch{at->first, {desk.entries.begin(), end}};
      desk.entries.erase(desk.entries.begin(), end);
      desk.telling = true;
      return batch;
    }
    ++at;
  }
  return std::nullopt;
}

void ReplacedBook::settled(Batch batch, bool told, TimePoint now) {
  Desk& desk = desks_[batch.comet];
  desk.telling = false;
  if (told) return;
  desk.not_before = now + kAgain;
  desk.entries.insert(desk.entries.begin(), batch.entries.begin(), batch.entries.end());
}

std::size_t ReplacedBook::waiting() const {
  std::size_t waiting = 0;
  for (const auto& [comet, desk] : desks_) waiting += desk.entries.size();
  return waiting;
}

}  // namespace im::logic
