#include "router/state/rebuild.hpp"

namespace im::router {

void Rebuild::want(CometInstance comet, const SlotSet& slots, Looks looks) {
  if (slots.none()) return;
  const std::lock_guard lock(mutex_);
  Asked& asked = comets_[comet];
  const SlotSet before = asked.open();
  asked.waiting |= slots;
  if (looks == Looks::kTwo) asked.twice |= slots;
  settle(comet, before);
}

/// Counts what changed against `before`. Under the lock.
void Rebuild::settle(CometInstance comet, const SlotSet& before) {
  const auto found = comets_.find(comet);
  const SlotSet now = found->second.open();
  const SlotSet changed = now ^ before;
  for (std::size_t slot = changed._Find_first(); slot < kSlots; slot = changed._Find_next(slot)) {
    if (now[slot]) {
      ++open_[slot];
    } else {
      --open_[slot];
    }
  }
  if (now.none() && !found->second.active) comets_.erase(found);
}

void Rebuild::forget(CometInstance comet) {
  const std::lock_guard lock(mutex_);
  const auto found = comets_.find(comet);
  if (found == comets_.end()) return;
  const SlotSet before = found->second.open();
  found->second = Asked{};
  settle(comet, before);
}

void Rebuild::forget(const SlotSet& slots) {
  const std::lock_guard lock(mutex_);
  for (std::size_t slot = slots._Find_first(); slot < kSlots; slot = slots._Find_next(slot)) ++turns_[slot];
  for (auto at = comets_.begin(); at != comets_.end();) {
    auto& [comet, asked] = *at++;
    const SlotSet before = asked.open();
    asked.waiting &= ~slots;
    asked.running &= ~slots;
    asked.settling &= ~slots;
    asked.twice &= ~slots;
    settle(CometInstance(comet), before);
  }
}

std::optional<Rebuild::Ask> Rebuild::next() {
  const std::lock_guard lock(mutex_);
  for (auto& [comet, asked] : comets_) {
    if (asked.active || asked.waiting.none()) continue;
    asked.active = true;
    asked.running = asked.waiting;
    asked.waiting.reset();
    return Ask{comet, asked.running, asked.running & asked.twice, turns_};
  }
  return std::nullopt;
}

void Rebuild::answered(const Ask& ask, bool ok) {
  const std::lock_guard lock(mutex_);
  const auto found = comets_.find(ask.comet);
  if (found == comets_.end()) return;
  Asked& asked = found->second;
  const SlotSet before = asked.open();
  if (ok) {
    asked.settling |= asked.running & ask.twice;
    asked.twice &= ~asked.running;
  } else {
    asked.waiting |= asked.running;
  }
  asked.running.reset();
  asked.active = false;
  settle(ask.comet, before);
}

void Rebuild::settled(const Ask& ask) {
  const std::lock_guard lock(mutex_);
  const auto found = comets_.find(ask.comet);
  if (found == comets_.end()) return;
  const SlotSet before = found->second.open();
  found->second.settling &= ~unmoved_locked(ask, ask.twice);
  settle(ask.comet, before);
}

Rebuild::Ask Rebuild::about(CometInstance comet, const SlotSet& slots) const {
  const std::lock_guard lock(mutex_);
  return {comet, slots, {}, turns_};
}

SlotSet Rebuild::unmoved(const Ask& ask) const {
  const std::lock_guard lock(mutex_);
  return unmoved_locked(ask, ask.slots);
}

SlotSet Rebuild::unmoved_locked(const Ask& ask, SlotSet slots) const {
  for (std::size_t slot = 0; slot < kSlots; ++slot) slots[slot] = slots[slot] && ask.turns[slot] == turns_[slot];
  return slots;
}

bool Rebuild::waits_for(CometInstance comet) const {
  const std::lock_guard lock(mutex_);
  return comets_.contains(comet);
}

std::size_t Rebuild::open() const {
  std::size_t open = 0;
  for (const auto& slot : open_) open += slot.load() > 0 ? 1 : 0;
  return open;
}

}  // namespace im::router
