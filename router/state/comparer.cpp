#include "router/state/comparer.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::router {

void Comparer::start() {
  scheduler_.post_after(kEvery, [weak = weak_from_this()] {
    if (const auto self = weak.lock(); self && !self->stopped_) self->pass();
  });
}

void Comparer::pass() {
  start();  // the next one
  // While slots are rebuilt the comets are asked anyway.
  if (rebuilder_.busy()) return different_.clear();
  const auto comets = state_.nodes(NodeKind::kComet);
  std::erase_if(different_, [this](const auto& entry) { return !state_.alive(entry.first); });
  for (const NodeRow& comet : comets) ask(comet);
}

void Comparer::ask(const NodeRow& comet) {
  const CometInstance instance = comet.instance;
  ++stats_.digests;
  comets_.digest(comet.grpc_address, instance,
                 [weak = weak_from_this(), instance, &scheduler = scheduler_](Result<std::vector<std::uint64_t>> sums) {
                   scheduler.post([weak, instance, sums = std::move(sums)] {
                     const auto self = weak.lock();
                     if (!self || self->stopped_) return;
                     if (!sums.ok() || sums.value().size() != kSlots) {
                       ++self->stats_.failed;
                       return;
                     }
                     self->judge(instance, sums.value());
                   });
                 });
}

/// Logins and ends under way make a difference that is gone at the next look.
void Comparer::judge(CometInstance comet, const std::vector<std::uint64_t>& theirs) {
  const auto ours = state_.sessions().digest(comet);
  const SlotSet owned = state_.owned();
  SlotSet different;
  for (std::size_t slot = 0; slot < kSlots; ++slot) different[slot] = owned[slot] && ours[slot] != theirs[slot];
  const SlotSet stayed = different & std::exchange(different_[comet], different);
  if (stayed.none() || rebuilder_.busy()) return;
  ++stats_.checks;
  log::info("sessions are checked: router and comet do not agree",
            {{"comet", comet.number.value()}, {"slots", stayed.count()}});
  rebuilder_.check(comet, stayed);
}

}  // namespace im::router
