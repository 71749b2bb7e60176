#include "router/events/event_board.hpp"

#include <utility>

namespace im::router {

namespace {

constexpr std::size_t kSlotsBegunPerTake = 64;

std::uint64_t weight(std::size_t slot, const std::string& name) {
  std::uint64_t hash = 14695981039346656037ULL ^ slot * 0x9e3779b97f4a7c15ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ hash >> 33;
}

}  // namespace

EventBoard::EventBoard(Sources sources, std::size_t max_subjects)
    : sources_(std::move(sources)), max_subjects_(max_subjects) {}

// ---- what has changed

void EventBoard::changed(std::size_t slot, Subject subject) {
  const std::lock_guard lock(mutex_);
  if (slots_[slot].owned && !slots_[slot].begins) append(slot, subject);
}

/// The caller holds the guard.
void EventBoard::append(std::size_t index, Subject subject) {
  Slot& slot = slots_[index];
  if (!slot.marked.insert(subject).second) return;
  if (slot.marked.size() > slot.begun + max_subjects_) {
    ++figures_.restarts;
    begin(index);
    return;
  }
  slot.waiting.push_back({index, slot.epoch, ++slot.number, subject});
  if (++figures_.waiting == 1 && sources_.news) sources_.news();
}

/// The caller holds the guard. What is in flight stays so: its watcher settles it before anything else is told.
void EventBoard::begin(std::size_t index) {
  Slot& slot = slots_[index];
  figures_.waiting -= slot.waiting.size();
  slot.waiting.clear();
  slot.marked.clear();
  slot.begins = true;
  slot.known_told = false;
}

void EventBoard::own(std::size_t slot, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  begin(slot);
  slots_[slot].owned = true;
  slots_[slot].epoch = epoch;
  slots_[slot].number = 0;
}

void EventBoard::disown(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  begin(slot);
  slots_[slot].owned = false;
  slots_[slot].begins = false;
}

// ---- who is told

EventBoard::Watcher EventBoard::watch(const std::string& name) {
  const std::lock_guard lock(mutex_);
  watchers_[++last_watcher_].name = name;
  share_slots();
  return last_watcher_;
}

void EventBoard::leave(Watcher watcher) {
  const std::lock_guard lock(mutex_);
  const auto left = watchers_.extract(watcher);
  if (left.empty()) return;
  share_slots();
  auto& events = left.mapped().events;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    Slot& slot = slots_[event->slot];
    slot.busy = 0;
    // What has begun anew since, or is marked again, is told with its newer state anyway.
    if (!slot.owned || slot.begins || slot.epoch != event->epoch || !slot.marked.insert(event->subject).second)
      continue;
    slot.waiting.push_front(*event);
    ++figures_.waiting;
    ++figures_.repeated;
  }
}

void EventBoard::share_slots() {
  for (std::size_t index = 0; index < kSlots; ++index) {
    Watcher winner = 0;
    std::uint64_t best = 0;
    for (const auto& [watcher, taken] : watchers_) {
      const std::uint64_t own = weight(index, taken.name);
      if (winner != 0 && own <= best) continue;
      winner = watcher;
      best = own;
    }
    slots_[index].winner = winner;
  }
}

/// Slots of this watcher that begin anew from here on; the caller asks for their subjects.
std::vector<std::size_t> EventBoard::begin_slots(Watcher watcher) {
  std::vector<std::size_t> begun;
  const std::lock_guard lock(mutex_);
  for (std::size_t index = 0; index < kSlots && begun.size() < kSlotsBegunPerTake; ++index) {
    Slot& slot = slots_[index];
    if (!slot.owned || !slot.begins || slot.winner != watcher) continue;
    slot.begins = false;
    append(index, {EventKind::kBegan, 0});
    begun.push_back(index);
  }
  return begun;
}

/// The caller holds the guard.
void EventBoard::say_known(std::size_t index) {
  Slot& slot = slots_[index];
  if (slot.known_told || slot.begins || !sources_.known(index)) return;
  slot.known_told = true;
  append(index, {EventKind::kKnown, 0});
}

std::vector<SlotEvent> EventBoard::take(Watcher watcher, std::size_t limit) {
  // Subjects are read without our guard: changed() is called under theirs.
  for (const std::size_t index : begin_slots(watcher)) {
    const std::vector<Subject> subjects = sources_.subjects(index);
    const std::lock_guard lock(mutex_);
    slots_[index].begun = subjects.size();
    for (const Subject& subject : subjects) {
      if (slots_[index].owned && !slots_[index].begins) append(index, subject);
    }
  }
  const std::lock_guard lock(mutex_);
  const auto found = watchers_.find(watcher);
  if (found == watchers_.end() || !found->second.events.empty()) return {};
  std::vector<SlotEvent>& events = found->second.events;
  for (std::size_t i = 0; i < kSlots && events.size() < limit; ++i) {
    const std::size_t index = next_slot_++ % kSlots;
    Slot& slot = slots_[index];
    if (!slot.owned || slot.winner != watcher || slot.busy != 0) continue;
    say_known(index);
    while (!slot.waiting.empty() && events.size() < limit) {
      events.push_back(slot.waiting.front());
      slot.marked.erase(slot.waiting.front().subject);
      slot.waiting.pop_front();
      --figures_.waiting;
      slot.busy = watcher;
    }
  }
  return events;
}

void EventBoard::settle(Watcher watcher) {
  const std::lock_guard lock(mutex_);
  const auto found = watchers_.find(watcher);
  if (found == watchers_.end()) return;
  for (const SlotEvent& event : std::exchange(found->second.events, {})) {
    slots_[event.slot].busy = 0;
    ++figures_.told;
  }
}

EventBoard::Figures EventBoard::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.watchers = watchers_.size();
  return figures;
}

}  // namespace im::router
