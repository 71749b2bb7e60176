#include "comet/push/fan_out.hpp"

#include <algorithm>

#include "comet/wire/op_list.hpp"

namespace im::comet {

namespace {

/// goim v1 has no filter: its sessions take every op.
bool wants(const Connection& connection, const PushMessage& message) {
  return message.ignore_filter || connection.dialect != Dialect::kV2 ||
         accepts(connection.session->accepts, message.operation);
}

}  // namespace

void FanOut::apply(const DeliveryBatch& batch, TimePoint now) {
  const bool gather = batch.deliveries.size() > 1;
  for (const PushDelivery& delivery : batch.deliveries) {
    if (delivery.scope == PushDelivery::Scope::kSessions) {
      to_sessions(delivery, gather);
      continue;
    }
    std::uint32_t room = kAllRoom;
    if (delivery.scope == PushDelivery::Scope::kRoom) {
      room = rooms_.find(delivery.room);
      if (room == RoomTable::kNone) continue;
    }
    const auto pushed = sweeps_.push(room, delivery.message, batch.token, now);
    if (pushed.dropped > 0) io_.stats().drop(DropReason::kRoomOverflow, pushed.dropped);
  }
  io_.flush_gathered();
  io_.stats().waiting_bytes.set(sweeps_.waiting_bytes());
}

void FanOut::to_sessions(const PushDelivery& delivery, bool gather) {
  RenderedPush push(std::span(&delivery.message, 1), false);
  for (const ConnId id : delivery.conns) {
    if (id.worker() != worker_) continue;
    const std::uint32_t slot = io_.slot_of(id);
    if (slot == ConnectionSlab::kNoSlot) {
      io_.stats().drop(DropReason::kGone);
      continue;
    }
    to_session(slot, push, gather);
  }
  if (delivery.lookup_uids.empty() && delivery.lookup_keys.empty()) return;
  look_up(delivery, push);
}

void FanOut::look_up(const PushDelivery& delivery, RenderedPush& push) {
  for (std::uint32_t slot = 0; slot < io_.slab().slots(); ++slot) {
    const Connection& connection = io_.slab().at(slot);
    if (connection.phase != Phase::kOpen || !connection.session) continue;
    const Session& session = *connection.session;
    const auto uids = std::count(delivery.lookup_uids.begin(), delivery.lookup_uids.end(), session.uid);
    const auto keys = std::count(delivery.lookup_keys.begin(), delivery.lookup_keys.end(), session.key);
    const ConnId id = io_.id_of(slot);
    for (auto times = uids + keys; times > 0 && io_.slot_of(id) == slot; --times) to_session(slot, push, true);
  }
}

void FanOut::to_session(std::uint32_t slot, RenderedPush& push, bool gather) {
  const Connection& connection = io_.slab().at(slot);
  if (connection.phase != Phase::kOpen || !connection.session) {
    io_.stats().drop(DropReason::kNotOpen);
  } else if (const PushMessage& message = push.messages().front(); !wants(connection, message)) {
    io_.stats().drop(DropReason::kNotAccepted);
    if (connection.traced)
      io_.tracer().dropped(slot, message.operation, message.body->size(), label(DropReason::kNotAccepted));
  } else {
    const Frame& frame = push.all(connection.dialect);
    count(gather ? io_.gather(slot, frame) : io_.send(slot, frame), 1);
  }
}

void FanOut::count(Sent sent, std::size_t messages) {
  if (sent == Sent::kClosed || sent == Sent::kDropped) return;  // counted with its reason where it happened
  io_.stats().pushed_packets.add();
  io_.stats().pushed_messages.add(messages);
}

void FanOut::start(RoomSweeps::Batch batch, TimePoint now) {
  Sweep sweep;
  sweep.room = batch.room;
  sweep.started = now;
  for (const PushMessage& message : batch.messages) {
    if (message.speed > 0) sweep.speed = sweep.speed == 0 ? message.speed : std::min(sweep.speed, message.speed);
  }
  sweep.messages = std::move(batch.messages);
  sweep.frames = RenderedPush(sweep.messages, sweep.room != kAllRoom);
  if (sweep.room == kAllRoom) {
    sweep.end = io_.slab().slots();
  } else {
    rooms_.begin_sweep(sweep.room);
    sweep.end = static_cast<std::uint32_t>(rooms_.at(sweep.room).members.size());
  }
  io_.stats().sweeps.add();
  running_.push_back(std::move(sweep));
}

bool FanOut::run_turn(TimePoint now) {
  while (auto batch = sweeps_.start_next(now)) start(std::move(*batch), now);
  bool more = false;
  for (std::size_t rounds = running_.size(); rounds > 0; --rounds) {
    Sweep sweep = std::move(running_.front());
    running_.pop_front();
    const TimePoint begin = monotonic_now();
    const std::uint32_t until = std::min({sweep.position + turn_, sweep.end, allowed_until(sweep, begin)});
    if (sweep.room == kAllRoom) {
      visit_all(sweep, until);
    } else {
      visit_room(sweep, until);
    }
    const TimePoint end = monotonic_now();
    sweep.spent += end - begin;
    if (sweep.position >= sweep.end) {
      finish(sweep, end);
    } else {
      more = more || sweep.speed == 0;
      running_.push_back(std::move(sweep));
    }
  }
  io_.stats().waiting_bytes.set(sweeps_.waiting_bytes());
  return more;
}

/// Pacing of broadcasts: how far the sweep may have come by now.
std::uint32_t FanOut::allowed_until(const Sweep& sweep, TimePoint now) const {
  if (sweep.speed == 0) return sweep.end;
  const double seconds = std::chrono::duration<double>(now - sweep.started).count();
  return static_cast<std::uint32_t>(std::min<double>(sweep.end, 1.0 + seconds * sweep.speed));
}

void FanOut::visit_room(Sweep& sweep, std::uint32_t until) {
  for (; sweep.position < until; ++sweep.position) {
    const std::uint32_t slot = rooms_.at(sweep.room).members[sweep.position];
    if (slot == RoomTable::kTombstone) continue;
    if (io_.slab().at(slot).phase != Phase::kOpen) {
      io_.stats().drop(DropReason::kNotOpen, sweep.messages.size());
      continue;
    }
    write_all(sweep, slot);
  }
}

void FanOut::write_all(Sweep& sweep, std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  if (connection.single_frames) {
    write_singles(sweep, slot, [](const PushMessage&) { return false; });
  } else {
    count(io_.send(slot, sweep.frames.all(connection.dialect)), sweep.messages.size());
  }
}

/// A frame per message; the connection may end on the way.
template <class Refused>
void FanOut::write_singles(Sweep& sweep, std::uint32_t slot, Refused refused) {
  const ConnId id = io_.id_of(slot);
  const Dialect dialect = io_.slab().at(slot).dialect;
  for (std::size_t i = 0; i < sweep.messages.size() && io_.slot_of(id) == slot; ++i) {
    if (!refused(sweep.messages[i])) count(io_.send(slot, sweep.frames.single(dialect, i)), 1);
  }
}

void FanOut::visit_all(Sweep& sweep, std::uint32_t until) {
  for (; sweep.position < until; ++sweep.position) {
    const Connection& connection = io_.slab().at(sweep.position);
    if (connection.phase == Phase::kOpen && connection.session) to_everybody(sweep, sweep.position);
  }
}

void FanOut::to_everybody(Sweep& sweep, std::uint32_t slot) {
  const Connection& connection = io_.slab().at(slot);
  const auto refused = [&](const PushMessage& message) { return !wants(connection, message); };
  const auto refusals = std::count_if(sweep.messages.begin(), sweep.messages.end(), refused);
  if (refusals == 0) {
    write_all(sweep, slot);
    return;
  }
  io_.stats().drop(DropReason::kNotAccepted, static_cast<std::uint64_t>(refusals));
  write_singles(sweep, slot, refused);
}

void FanOut::finish(const Sweep& sweep, TimePoint now) {
  sweeps_.finished(sweep.room, sweep.spent, now);
  if (sweep.room != kAllRoom) membership_.end_sweep(sweep.room);
}

std::optional<TimePoint> FanOut::next_due() const {
  std::optional<TimePoint> due = sweeps_.next_due();
  for (const Sweep& sweep : running_) {
    const auto paced = sweep.started + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
                                           static_cast<double>(sweep.position) / std::max(sweep.speed, 1)));
    if (!due || paced < *due) due = paced;
  }
  return due;
}

void FanOut::expire(TimePoint now) {
  if (const auto dropped = sweeps_.expire(now); dropped > 0) io_.stats().drop(DropReason::kRoomOverflow, dropped);
}

}  // namespace im::comet
