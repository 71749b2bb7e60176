// SlotKeeper lets go of slots: to the router that is to have them, to one that took them, and of all at its end.

#include <algorithm>
#include <utility>

#include "common/base/log.hpp"
#include "router/slots/slot_keeper.hpp"

namespace im::router {

void SlotKeeper::release(const std::vector<std::size_t>& slots) {
  owner_.check();
  if (slots.empty()) return;
  log::info("slots go to another router", {{"count", slots.size()}});
  for (const std::size_t slot : slots) {
    busy_.set(slot);
    epochs_[slot] = 0;
    writer_.keep(slot);
    board_.disown(slot);  // refused from here on: what was changed before is in the journal
    writer_.settle(slot, [this, slot](bool) { release_settled(slot); });
  }
}

void SlotKeeper::release_settled(std::size_t slot) {
  writer_.held(slot, 0);
  leaving_.push_back(slot);
}

/// Slots whose last writes are in the store go there.
void SlotKeeper::release_leaving() {
  if (leaving_.empty()) return;
  const auto slots = std::exchange(leaving_, {});
  stats_.released += slots.size();
  store_.release(self_.id, slots, [this, slots](const Result<Ok>& result) {
    scheduler_.post([this, slots, ok = result.ok()] {
      if (!ok) leaving_.insert(leaving_.end(), slots.begin(), slots.end());
      if (ok) std::ranges::for_each(slots, [this](std::size_t slot) { busy_.reset(slot); });
      check_left();
    });
  });
  membership_.version = 0;  // read the table again
}

void SlotKeeper::drop(const std::vector<std::size_t>& slots) {
  if (slots.empty()) return;
  log::warn("slots were taken by another router", {{"count", slots.size()}});
  stats_.lost += slots.size();
  for (const std::size_t slot : slots) {
    epochs_[slot] = 0;
    board_.disown(slot);
    writer_.held(slot, 0);
  }
}

void SlotKeeper::fenced(std::size_t slot) {
  owner_.check();
  if (epoch(slot) == 0) return;
  membership_.version = 0;  // an emptied store refuses as well: let the table tell
  renew_in({});
}

void SlotKeeper::leave(std::chrono::milliseconds patience, std::function<void()> done) {
  owner_.check();
  leaving_all_ = true;
  left_ = std::move(done);
  scheduler_.post_after(patience, [this] {
    if (auto left = std::exchange(left_, nullptr)) left();
  });
  renew_in({});
}

void SlotKeeper::check_left() {
  if (!left_ || held_count_ > 0 || busy_.any() || !leaving_.empty()) return;
  stopped_ = true;  // a further renewal would bring the lease back
  store_.leave(self_.id, [this](const Result<Ok>&) {
    scheduler_.post([this] {
      if (auto left = std::exchange(left_, nullptr)) left();
    });
  });
}

}  // namespace im::router
