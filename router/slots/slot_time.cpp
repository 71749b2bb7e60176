// SlotKeeper before it takes anything: the others tell the time.

#include <memory>
#include <utility>

#include "common/base/log.hpp"
#include "router/slots/slot_keeper.hpp"

namespace im::router {

std::vector<RouterSeat> SlotKeeper::others() const {
  std::vector<RouterSeat> others = membership_.live;
  std::erase_if(others,
                [this](const RouterSeat& seat) { return seat.id == self_.id || seat.address == self_.address; });
  return others;
}

/// What slots hold ends by the cluster's clock. Read by the wall clock of a machine that is an hour ahead, revocations
/// would end an hour early. So nothing is taken before another router has told the time, or none of them can.
void SlotKeeper::hear_time(SlotPlan& plan) {
  if (time_heard_ || plan.claim.empty()) return;
  const auto peers = others();
  if (peers.empty()) {
    time_heard_ = true;
    return;
  }
  plan.claim.clear();
  plan.waiting = true;
  if (std::exchange(time_asked_, true)) return;
  const auto open = std::make_shared<std::size_t>(peers.size());
  for (const RouterSeat& peer : peers) {
    hooks_.ask_peer(peer, [this, open](PeerSays says) {
      --*open;
      if (time_heard_ || stopped_ || (!says.told_time && *open > 0)) return;
      if (!says.told_time) log::warn("no other router tells the time: this router's own clock counts until one does");
      time_heard_ = true;
      renew_in({});
    });
  }
}

}  // namespace im::router
