#include "router/slots/write_behind.hpp"

#include <utility>

#include "common/base/fault.hpp"

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kEvery{20};
constexpr std::chrono::milliseconds kAfterFailure{500};
constexpr std::size_t kInFlight = 128;
}  // namespace

WriteBehind::WriteBehind(Scheduler& scheduler, SlotStore& store, RouterId self)
    : scheduler_(scheduler), store_(store), self_(self) {}

void WriteBehind::start(Dump dump, std::function<void(std::size_t)> fenced) {
  dump_ = std::move(dump);
  fenced_ = std::move(fenced);
  tick();
}

void WriteBehind::change(std::size_t index, std::string field, std::optional<std::string> value) {
  Slot& slot = slots_[index];
  {
    const std::lock_guard lock(slot.mutex);
    if (!slot.whole || slot.kept) slot.changes.insert_or_assign(std::move(field), std::move(value));
  }
  mark(index);
}

void WriteBehind::mark(std::size_t index) {
  const std::lock_guard lock(dirty_mutex_);
  dirty_.set(index);
}

void WriteBehind::held(std::size_t index, std::uint64_t epoch) {
  Slot& slot = slots_[index];
  slot.epoch = epoch;
  slot.refused = false;
  if (epoch != 0) return;
  {
    const std::lock_guard lock(slot.mutex);
    slot.changes.clear();
    slot.whole = false;
    slot.kept.reset();
  }
  for (const auto& done : std::exchange(slot.waiting, {})) done(false);
}

void WriteBehind::rewrite(std::size_t index) {
  {
    Slot& slot = slots_[index];
    const std::lock_guard lock(slot.mutex);
    slot.whole = true;
    if (slot.kept)
      for (auto& [field, value] : slot.changes) slot.kept->insert_or_assign(field, std::move(value));
    slot.changes.clear();
  }
  mark(index);
}

void WriteBehind::keep(std::size_t index) {
  Slot& slot = slots_[index];
  {
    const std::lock_guard lock(slot.mutex);
    if (!slot.whole && !slot.in_flight) return;  // one write is left, and when it fails nothing was promised
    slot.kept.emplace();
  }
  auto everything = dump_(index);  // changes come to slot.changes meanwhile
  const std::lock_guard lock(slot.mutex);
  for (SlotWrite& one : everything) slot.kept->insert_or_assign(std::move(one.field), std::move(one.value));
}

void WriteBehind::settle(std::size_t index, std::function<void(bool)> done) {
  if (slots_[index].epoch == 0 || slots_[index].refused) return done(false);
  slots_[index].waiting.push_back(std::move(done));
  mark(index);
}

void WriteBehind::tick() {
  if (stopped_) return;
  if (scheduler_.now() >= not_before_) {
    SlotSet dirty;
    {
      const std::lock_guard lock(dirty_mutex_);
      dirty = dirty_;
    }
    for (std::size_t index = dirty._Find_first(); index < kSlots && in_flight_ < kInFlight;
         index = dirty._Find_next(index)) {
      if (!slots_[index].in_flight) write(index);
    }
  }
  scheduler_.post_after(kEvery, [this] { tick(); });
}

void WriteBehind::write(std::size_t index) {
  Slot& slot = slots_[index];
  {
    const std::lock_guard lock(dirty_mutex_);
    dirty_.reset(index);
  }
  std::vector<SlotWrite> changes;
  bool whole = false, kept = false;
  {
    const std::lock_guard lock(slot.mutex);
    whole = std::exchange(slot.whole, false);  // what changes from here on is kept again, and written after this
    if (slot.kept)
      for (const auto& [field, value] : slot.changes) slot.kept->insert_or_assign(field, value);
    if (whole && slot.kept) {
      for (const auto& [field, value] : *slot.kept)
        if (value) changes.push_back({field, value});
    } else {
      for (auto& [field, value] : slot.changes) changes.push_back({field, std::move(value)});
    }
    slot.changes.clear();
    kept = slot.kept.has_value();
  }
  slot.covered = std::exchange(slot.waiting, {});
  if (slot.epoch == 0) whole = false, changes.clear();
  if (whole) {
    if (!kept) changes = dump_(index);
    ++stats_.rewritten;
  }
  if (changes.empty() && !whole) {
    for (const auto& done : std::exchange(slot.covered, {})) done(slot.epoch != 0 && !slot.refused);
    return;
  }
  if (fault::fire("router.before_write")) return;
  slot.in_flight = true;
  ++in_flight_;
  store_.write(index, {self_, slot.epoch}, std::move(changes), whole, [this, index, epoch = slot.epoch](auto result) {
    scheduler_.post([this, index, epoch, result = std::move(result)] { written(index, epoch, result); });
  });
}

void WriteBehind::written(std::size_t index, std::uint64_t epoch, const Result<Ok>& result) {
  Slot& slot = slots_[index];
  slot.in_flight = false;
  --in_flight_;
  for (const auto& done : std::exchange(slot.covered, {})) done(result.ok());
  if (result.ok()) {
    ++stats_.written;
    return;
  }
  if (slot.epoch != epoch) return;  // another claim since: it writes by itself
  if (result.error().code == Error::Code::kConflict) {
    ++stats_.fenced;
    slot.refused = true;
    fenced_(index);
    return;
  }
  ++stats_.failed;
  not_before_ = scheduler_.now() + kAfterFailure;
  rewrite(index);
}

}  // namespace im::router
