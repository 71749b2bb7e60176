// SlotKeeper when its lease is over: is the store away for everybody, or only for us?

#include <utility>

#include "common/base/log.hpp"
#include "router/slots/slot_keeper.hpp"

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kJudge{200};
}

/// The lease is over by our clock. Either the store answers nobody, then everything stays as it is; or it answers
/// others, then they have taken our slots.
void SlotKeeper::judge() {
  if (stopped_) return;
  if (standing() == Standing::kDoubt && lease_until_ != 0 && peers_open_ == 0) ask_peers();
  scheduler_.post_after(kJudge, [this] { judge(); });
}

void SlotKeeper::ask_peers() {
  peer_fresh_ = peer_silent_ = false;
  const auto peers = others();
  peers_open_ = static_cast<int>(peers.size()) + 1;
  const auto answered = [this](PeerSays says) {
    peer_fresh_ = peer_fresh_ || says.lease == PeerLease::kFresh;
    peer_silent_ = peer_silent_ || says.lease == PeerLease::kSilent;
    if (--peers_open_ > 0 || standing() != Standing::kDoubt) return;
    const auto over = scheduler_.now() - TimePoint(Duration(lease_until_.load()));
    if (peer_fresh_) {
      // It may only have renewed a moment before the store went away: look again, then believe it.
      if (over > config_.margin + config_.every) give_up();
    } else if (!peer_silent_ || over > config_.silence) {
      log::warn("the store answers no router: membership is frozen, service goes on from memory");
      frozen_ = true;
    }
  };
  for (const RouterSeat& peer : peers) hooks_.ask_peer(peer, answered);
  answered({PeerLease::kStale});
}

void SlotKeeper::give_up() {
  if (held_count_ == 0) return;
  log::error("this router cannot reach the store, others can: it gives up its slots");
  ++stats_.given_up;
  std::vector<std::size_t> slots;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (epoch(slot) != 0) slots.push_back(slot);
  }
  drop(slots);
  publish();
}

}  // namespace im::router
