#include "router/state/rebuilder.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kRebuildTick{20};
constexpr std::chrono::milliseconds kAskAgain{200};
// A former owner hears of the claim, or its callers do (they ask each 300 ms), within this time.
constexpr std::chrono::milliseconds kSecondLook{1500};
}  // namespace

Rebuilder::Rebuilder(Scheduler& scheduler, RouterState& state, CometSnapshots& comets, std::chrono::milliseconds login)
    : scheduler_(scheduler), state_(state), comets_(comets), login_(login) {}

std::string Rebuilder::address_of(CometInstance comet) const {
  for (const NodeRow& node : state_.nodes(NodeKind::kComet)) {
    if (node.instance == comet) return node.grpc_address;
  }
  return {};
}

void Rebuilder::tick() {
  if (stopped_) return;
  remember();
  while (const auto next = state_.rebuild().next()) {
    ask(*next, [this, asked = *next](bool ok) {
      if (ok) {
        state_.rebuild().answered(asked, true);
        if (asked.twice.any())
          scheduler_.post_after(kSecondLook, [self = shared_from_this(), asked] { self->look_again(asked); });
        ++audits_;
        scheduler_.post_after(login_, [self = shared_from_this(), asked] { self->audit(asked); });
        return;
      }
      ++stats_.failed;
      scheduler_.post_after(kAskAgain,
                            [self = shared_from_this(), asked] { self->state_.rebuild().answered(asked, false); });
    });
  }
  scheduler_.post_after(kRebuildTick, [self = shared_from_this()] { self->tick(); });
}

void Rebuilder::check(CometInstance comet, const SlotSet& slots) {
  ++audits_;
  remember();
  state_.sessions().doubt(comet, slots);
  audit(state_.rebuild().about(comet, slots));
}

/// Ends are remembered in all slots as long as an answer may still bring one back.
void Rebuilder::remember() {
  const bool wanted = audits_ > 0 || state_.rebuild().open() > 0;
  if (wanted == remembering_) return;
  remembering_ = wanted;
  state_.sessions().remember_ends(SlotSet().set(), wanted);
}

void Rebuilder::ask(const Rebuild::Ask& ask, std::function<void(bool)> done) {
  ++stats_.asked;
  const std::string address = address_of(ask.comet);
  if (address.empty()) return done(false);  // its lease is over: forgotten in a moment
  comets_.ask(
      address, ask.comet, ask.slots,
      [this, comet = ask.comet](CometHoldings holdings) {
        stats_.restored += state_.restore(comet, std::move(holdings));
      },
      [self = shared_from_this(), done = std::move(done)](const Status& status) {
        self->scheduler_.post([self, done, ok = status.ok()] {
          if (!self->stopped_) done(ok);
        });
      });
}

void Rebuilder::look_again(const Rebuild::Ask& asked) {
  if (stopped_ || !state_.alive(asked.comet)) return;
  ask(asked, [this, asked](bool ok) {
    if (ok) return state_.rebuild().settled(asked);
    scheduler_.post_after(kAskAgain, [self = shared_from_this(), asked] { self->look_again(asked); });
  });
}

void Rebuilder::audit(const Rebuild::Ask& asked) {
  if (stopped_) return;
  if (!state_.alive(asked.comet)) {
    --audits_;
    return;
  }
  ask(asked, [this, asked](bool ok) {
    if (!ok) {
      scheduler_.post_after(login_, [self = shared_from_this(), asked] { self->audit(asked); });
      return;
    }
    --audits_;
    const std::size_t dropped = state_.sessions().drop_unconfirmed(asked.comet, state_.rebuild().unmoved(asked));
    stats_.dropped += dropped;
    if (dropped > 0)
      log::info("sessions that their comet does not have are removed",
                {{"comet", asked.comet.number.value()}, {"count", dropped}});
  });
}

}  // namespace im::router
