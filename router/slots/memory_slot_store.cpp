#include "router/slots/memory_slot_store.hpp"

#include <algorithm>

namespace im::router {

MemorySlotStore::MemorySlotStore(Options options)
    : options_(std::move(options)), began_(options_.clock()), began_unix_ms_(static_cast<std::uint64_t>(unix_ms())) {}

template <class T, class Work>
void MemorySlotStore::answer(Done<T> done, Work&& work) {
  std::unique_lock lock(mutex_);
  Result<T> result = down_ ? Result<T>(Error{Error::Code::kUnavailable, "the store is down"}) : Result<T>(work());
  lock.unlock();
  options_.post([done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
}

/// The injected clock gives Unix time, too, so that tests can move it.
std::uint64_t MemorySlotStore::unix_now() const {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(options_.clock() - began_);
  return began_unix_ms_ + static_cast<std::uint64_t>(since.count());
}

bool MemorySlotStore::lives(RouterId id) const {
  const auto seat = seats_.find(id);
  return seat != seats_.end() && options_.clock() < seat->second.until;
}

void MemorySlotStore::table_changed() { version_ = ++last_version_; }

Status MemorySlotStore::fenced(std::size_t slot, const SlotOwner& by) const {
  if (by.owner != 0 && slots_[slot] == by) return Ok{};
  return Error{Error::Code::kConflict, "slot " + std::to_string(slot) + " belongs to router " +
                                           std::to_string(slots_[slot].owner) + " since epoch " +
                                           std::to_string(slots_[slot].epoch)};
}

void MemorySlotStore::renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
                            Done<Membership> done) {
  answer<Membership>(std::move(done), [&] {
    seats_[self.id] = {self.address, options_.clock() + ttl};
    std::erase_if(seats_, [this](const auto& seat) { return !lives(seat.first); });
    Membership membership;
    for (const auto& [id, seat] : seats_) membership.live.push_back({id, seat.address});
    membership.version = version_;
    if (known_version == 0 || known_version != version_) membership.slots = slots_;
    return membership;
  });
}

void MemorySlotStore::claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
                            Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) {
  using Taken = std::vector<std::pair<std::size_t, std::uint64_t>>;
  answer<Taken>(std::move(done), [&] {
    Taken taken;
    for (const auto slot : slots) {
      auto& row = slots_[slot];
      if (row.owner != 0 && row.owner != self && lives(row.owner)) continue;
      row = {self, std::max({row.epoch + 1, unix_now(), floor + 1})};
      taken.emplace_back(slot, row.epoch);
    }
    if (!taken.empty()) table_changed();
    return taken;
  });
}

void MemorySlotStore::release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) {
  answer<Ok>(std::move(done), [&] {
    bool changed = false;
    for (const auto slot : slots) {
      if (slots_[slot].owner != self) continue;
      slots_[slot].owner = 0;
      changed = true;
    }
    if (changed) table_changed();
    return Ok{};
  });
}

void MemorySlotStore::leave(RouterId self, Done<Ok> done) {
  answer<Ok>(std::move(done), [&] {
    seats_.erase(self);
    return Ok{};
  });
}

void MemorySlotStore::write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
                            Done<Ok> done) {
  answer<Ok>(std::move(done), [&]() -> Status {
    auto status = fenced(slot, by);
    if (!status || !options_.keep_fields) return status;
    auto& fields = fields_[slot];
    if (replace) fields.clear();
    for (auto& change : changes) {
      if (change.value) {
        fields[std::move(change.field)] = std::move(*change.value);
      } else {
        fields.erase(change.field);
      }
    }
    return status;
  });
}

void MemorySlotStore::load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) {
  answer<SlotFields>(std::move(done), [&]() -> Result<SlotFields> {
    if (const auto status = fenced(slot, by); !status) return status.error();
    return SlotFields(fields_[slot].begin(), fields_[slot].end());
  });
}

void MemorySlotStore::forget() {
  const std::lock_guard lock(mutex_);
  seats_.clear();
  version_ = 0;
  std::ranges::fill(slots_, SlotOwner{});
  std::ranges::fill(fields_, Fields{});
}

void MemorySlotStore::set_down(bool down) {
  const std::lock_guard lock(mutex_);
  down_ = down;
}

}  // namespace im::router
