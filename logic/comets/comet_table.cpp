#include "logic/comets/comet_table.hpp"

#include <algorithm>
#include <utility>

namespace im::logic {

std::shared_ptr<CometPeer> CometTable::find(const CometInstance& comet) {
  if (const auto row = peers_.find(comet); row != peers_.end()) return row->second.peer;
  for (CometPlace& place : comets_().places) {
    if (place.instance == comet) return add(std::move(place));
  }
  return nullptr;
}

bool CometTable::may_live(const CometInstance& comet) const {
  const CometListing list = comets_();
  return !list.whole && std::ranges::none_of(list.places, [&comet](const CometPlace& place) {
    return place.instance.number == comet.number && place.instance.epoch > comet.epoch;
  });
}

std::vector<std::shared_ptr<CometPeer>> CometTable::all() {
  std::vector<std::shared_ptr<CometPeer>> peers;
  for (CometPlace& place : comets_().places) peers.push_back(add(std::move(place)));
  return peers;
}

std::shared_ptr<CometPeer> CometTable::add(CometPlace place) {
  Row& row = peers_[place.instance];
  row.listed = shared_.scheduler.now();
  if (!row.peer) row.peer = std::make_shared<CometPeer>(std::move(place), shared_);
  return row.peer;
}

void CometTable::prune() {
  const TimePoint now = shared_.scheduler.now();
  std::map<CometNumber, InstanceEpoch> newest;
  for (const CometPlace& place : comets_().places) {
    newest[place.instance.number] = place.instance.epoch;
    if (const auto row = peers_.find(place.instance); row != peers_.end()) row->second.listed = now;
  }
  for (auto row = peers_.begin(); row != peers_.end();) {
    const auto successor = newest.find(row->first.number);
    const bool replaced = successor != newest.end() && successor->second > row->first.epoch;
    if (!replaced && now - row->second.listed < kMissing) {
      ++row;
      continue;
    }
    const auto peer = std::move(row->second.peer);
    row = peers_.erase(row);
    peer->retire();
    shared_.transport.forget(peer->place().instance);
  }
}

void CometTable::retire_all() {
  for (auto& [instance, row] : std::exchange(peers_, {})) row.peer->retire();
}

}  // namespace im::logic
