// The rooms side of Control: which rooms have members here, told to the router.

#include <utility>

#include "comet/cluster/control.hpp"
#include "common/base/log.hpp"

namespace im::comet {

void Control::room_joined(std::uint8_t worker, std::string room) {
  post([this, worker, room = std::move(room)] {
    if (rooms_.joined(room, worker)) {
      room_ready({{room, worker}});
    } else {
      flush_rooms();
    }
  });
}

void Control::room_left(std::uint8_t worker, std::string room) {
  post([this, worker, room = std::move(room)] {
    counts_.set(worker, room, 0);
    rooms_.left(room, worker, monotonic_now());
  });
}

void Control::flush_rooms() {
  if (epoch_ == 0 || room_pace_.waiting()) return;
  auto changes = rooms_.take(monotonic_now(), room_pace_.limit());
  if (changes.empty()) return;
  const std::size_t size = changes.size();
  stats_.room_updates.add(size);
  logic_->update_rooms(self(), std::move(changes), [this, size](Result<Ok> told) {
    post([this, size, told = std::move(told)] { on_rooms_told(told, size); });
  });
}

void Control::on_rooms_told(const Result<Ok>& told, std::size_t size) {
  if (!told.ok() && room_update_failed(told.error(), size)) return;
  room_pace_.taken();
  if (std::exchange(rooms_stuck_, false)) health_.set("rooms", true);
  room_ready(rooms_.acknowledged());
  flush_rooms();
}

/// False: its one change is given up, whoever waits for it goes on as if it had been told.
bool Control::room_update_failed(const Error& why, std::size_t size) {
  stats_.room_update_failures.add();
  const TimePoint now = monotonic_now();
  const auto wait = room_pace_.failed(why.code, size, now, chance());
  if (!wait) {
    stats_.room_updates_dropped.add();
    log::error("a room change is refused for what is in it and dropped", {{"why", why.message}});
    return false;
  }
  rooms_.failed();
  if (room_pace_.failing_for(now) > lease_ && !std::exchange(rooms_stuck_, true))
    health_.set("rooms", false, "nobody can join: the router takes no room changes: " + why.message);
  after(std::chrono::duration_cast<std::chrono::milliseconds>(*wait), [this] {
    room_pace_.due();
    flush_rooms();
  });
  return true;
}

void Control::room_ready(const std::vector<RoomDirectory::Waiter>& waiters) {
  for (const auto& waiter : waiters) {
    workers_[waiter.worker]->post([room = waiter.room](Worker& worker) { worker.protocol().on_room_ready(room); });
  }
}

}  // namespace im::comet
