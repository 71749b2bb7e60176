#include "router/slots/slot_keeper.hpp"

#include <algorithm>
#include <utility>

#include "common/base/log.hpp"

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kSoon{100};
constexpr std::chrono::milliseconds kLater{1000};
constexpr int kLoadTries = 10;  // then the slot is served without what the store has, until that is there

SlotSet set_of(const std::vector<std::size_t>& slots) {
  SlotSet set;
  for (const std::size_t slot : slots) set.set(slot);
  return set;
}
}  // namespace

SlotKeeper::SlotKeeper(KeeperConfig config, RouterSeat self, Scheduler& scheduler, SlotStore& store, SlotBoard& board,
                       WriteBehind& writer)
    : config_(config), self_(std::move(self)), scheduler_(scheduler), store_(store), board_(board), writer_(writer) {}

void SlotKeeper::start(Hooks hooks) {
  owner_.check();
  hooks_ = std::move(hooks);
  renew();
  judge();
}

Standing SlotKeeper::standing() const {
  if (scheduler_.now().time_since_epoch().count() < lease_until_.load()) return Standing::kServing;
  return frozen_.load() ? Standing::kFrozen : Standing::kDoubt;
}

SlotView SlotKeeper::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

std::vector<std::uint64_t> SlotKeeper::epochs() const {
  std::vector<std::uint64_t> held(kSlots);
  for (std::size_t slot = 0; slot < kSlots; ++slot) held[slot] = epoch(slot);
  return held;
}

void SlotKeeper::publish() {
  std::vector<std::pair<std::size_t, std::uint64_t>> held;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (epoch(slot) != 0) held.emplace_back(slot, epoch(slot));
  }
  held_count_ = held.size();
  const std::lock_guard lock(view_mutex_);
  if (view_.version > 0 && view_.held == held && view_.live == membership_.live) return;
  ++view_.version;
  view_.held = std::move(held);
  view_.live = membership_.live;
}

std::string SlotKeeper::address_of_owner(std::size_t slot) const {
  if (membership_.slots.size() != kSlots) return {};
  const RouterId owner = membership_.slots[slot].owner;
  const auto seat = std::find_if(membership_.live.begin(), membership_.live.end(),
                                 [owner](const RouterSeat& one) { return one.id == owner; });
  return seat == membership_.live.end() ? std::string() : seat->address;
}

// ---- lease

/// One timer: a later call moves it.
void SlotKeeper::renew_in(std::chrono::milliseconds delay) {
  scheduler_.post_after(delay, [this, serial = ++renew_serial_] {
    if (serial == renew_serial_) renew();
  });
}

void SlotKeeper::renew() {
  owner_.check();
  if (stopped_ || renewing_) return;
  renewing_ = true;
  store_.renew(self_, config_.lease, membership_.version, [this, sent = scheduler_.now()](Result<Membership> result) {
    scheduler_.post([this, sent, result = std::move(result)]() mutable {
      renewing_ = false;
      if (!stopped_) on_renewed(sent, std::move(result));
    });
  });
}

void SlotKeeper::on_renewed(TimePoint sent, Result<Membership> result) {
  owner_.check();
  if (!result.ok()) {
    ++stats_.renew_failures;
    if (store_up_.exchange(false))
      log::warn("the store does not answer; slots stay where they are", {{"why", result.error().message}});
    renew_in(kSoon * 3);
    return;
  }
  if (!store_up_.exchange(true)) log::info("the store answers", {{"routers", result.value().live.size()}});
  lease_until_ = (sent + config_.lease - config_.margin).time_since_epoch().count();
  if (frozen_.exchange(false)) log::info("membership moves again");
  Membership& found = result.value();
  membership_.live = std::move(found.live);
  if (!found.slots.empty()) {
    if (went_back(found.slots)) {
      forgotten_ = true;
      forgotten_at_ = scheduler_.now();  // also when it forgets again in that time
    }
    membership_.version = found.version;
    membership_.slots = std::move(found.slots);
  }
  if (forgotten_ && scheduler_.now() - forgotten_at_ > config_.settle) forgotten_ = false;
  reconcile();
}

/// The store has forgotten what we hold, or what others were seen to hold: what looks free there need not be. (A fresh
/// cluster has seen nothing yet.)
bool SlotKeeper::went_back(const std::vector<SlotOwner>& slots) const {
  const bool seen = membership_.slots.size() == kSlots;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const std::uint64_t known = seen ? membership_.slots[slot].epoch : 0;
    if (slots[slot].epoch < std::max(known, epoch(slot))) return true;
  }
  return false;
}

void SlotKeeper::reconcile() {
  if (membership_.slots.size() != kSlots) {
    renew_in(config_.every);
    return;
  }
  SlotPlan plan = plan_slots(self_.id, membership_, epochs(), !forgotten_);
  const auto idle = [&](std::vector<std::size_t>& slots) {
    std::erase_if(slots, [&](std::size_t slot) { return busy_[slot]; });
  };
  for (auto* slots : {&plan.claim, &plan.release, &plan.lost, &plan.readopt}) idle(*slots);
  drop(plan.lost);
  hear_time(plan);
  if (leaving_all_) {
    plan.release.clear();
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (epoch(slot) != 0 && !busy_[slot]) plan.release.push_back(slot);
    }
  } else {
    std::move(plan.readopt.begin(), plan.readopt.end(), std::back_inserter(plan.claim));
    claim(plan.claim);
  }
  release(plan.release);
  release_leaving();
  publish();
  const bool moving = plan.waiting || busy_.any() || leaving_all_;
  renew_in(moving ? kSoon : config_.every);
  check_left();
}

// ---- taking slots

void SlotKeeper::claim(const std::vector<std::size_t>& slots) {
  owner_.check();
  if (slots.empty()) return;
  std::uint64_t floor = 0;
  for (const std::size_t slot : slots) {
    busy_.set(slot);
    floor = std::max(floor, epoch(slot));
  }
  store_.claim(self_.id, slots, floor, [this, slots](Result<std::vector<std::pair<std::size_t, std::uint64_t>>> taken) {
    scheduler_.post([this, slots, taken = std::move(taken)] {
      busy_ &= ~set_of(slots);
      membership_.version = 0;
      if (taken.ok() && !stopped_) on_claimed(taken.value());
    });
  });
}

void SlotKeeper::on_claimed(const std::vector<std::pair<std::size_t, std::uint64_t>>& taken) {
  stats_.claimed += taken.size();
  std::size_t fresh = 0;
  for (const auto& [slot, epoch] : taken) {
    if (this->epoch(slot) != 0) {  // the store had forgotten it: nobody else served it
      epochs_[slot] = epoch;
      writer_.held(slot, epoch);
      writer_.rewrite(slot);
    } else {
      ++fresh;
      busy_.set(slot);
      load(slot, epoch, 0);
    }
  }
  if (fresh > 0) log::info("slots taken", {{"count", fresh}});
  publish();
}

void SlotKeeper::load(std::size_t slot, std::uint64_t epoch, int tries) {
  store_.load(slot, {self_.id, epoch}, [this, slot, epoch, tries](Result<SlotFields> fields) {
    scheduler_.post([this, slot, epoch, tries, fields = std::move(fields)] {
      if (stopped_) return;
      const bool late = tries > kLoadTries;
      if (late && this->epoch(slot) != epoch) return;
      if (fields.ok()) return loaded(slot, epoch, fields.value(), late);
      if (fields.error().code == Error::Code::kConflict) {
        if (!late) busy_.reset(slot);
        return;
      }
      // Sessions are told by their comets all the same. Nothing is written: it would take the place of what is there.
      if (tries == kLoadTries) serve(slot, epoch);
      scheduler_.post_after(tries < kLoadTries ? kSoon : kLater,
                            [this, slot, epoch, tries] { load(slot, epoch, tries + 1); });
    });
  });
}

/// `late`: it is served already.
void SlotKeeper::loaded(std::size_t slot, std::uint64_t epoch, const SlotFields& fields, bool late) {
  board_.load(slot, fields);
  writer_.held(slot, epoch);
  late ? writer_.rewrite(slot) : serve(slot, epoch);
}

void SlotKeeper::serve(std::size_t slot, std::uint64_t epoch) {
  owner_.check();
  busy_.reset(slot);
  board_.own(slot, epoch);
  epochs_[slot].store(epoch, std::memory_order_release);
  if (!busy_.any()) publish();
}

}  // namespace im::router
