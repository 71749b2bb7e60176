#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "common/base/slot.hpp"
#include "router/slots/slot_journal.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

/// Keeps what is journaled, as a store would after writing everything. Any thread.
class FakeJournal final : public SlotJournal {
 public:
  void put(std::size_t slot, std::string field, std::string value) override {
    const std::lock_guard lock(mutex_);
    slots_[slot][std::move(field)] = std::move(value);
  }
  void erase(std::size_t slot, std::string field) override {
    const std::lock_guard lock(mutex_);
    slots_[slot].erase(field);
  }
  SlotFields fields(std::size_t slot) const {
    const std::lock_guard lock(mutex_);
    return {slots_[slot].begin(), slots_[slot].end()};
  }

 private:
  mutable std::mutex mutex_;
  std::array<std::map<std::string, std::string>, kSlots> slots_;
};

}  // namespace im::router
