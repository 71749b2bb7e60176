#include "comet/push/fan_out.hpp"

#include <algorithm>

#include "comet/push/audience.hpp"
#include "comet/push/fate_notes.hpp"
#include "common/base/fault.hpp"

namespace im::comet {

namespace {

/// How long ago it went into Kafka. Clocks of two machines: never below 0.
void note_age(Histogram& ages, const PushMessage& message) {
  if (message.written_ms <= 0) return;
  ages.observe(std::chrono::milliseconds(std::max<std::int64_t>(0, unix_ms() - message.written_ms)));
}

DropReason reason_of(Wanted wanted) {
  return wanted == Wanted::kNoHello ? DropReason::kNoHello : DropReason::kNotAccepted;
}

}  // namespace

void FanOut::apply(const DeliveryBatch& batch, TimePoint now) {
  io_.assert_on_worker();
  const bool gather = batch.deliveries.size() > 1;
  for (const PushDelivery& delivery : batch.deliveries) {
    if (delivery.scope == PushScope::kSessions) {
      to_sessions(delivery, gather);
      continue;
    }
    if (delivery.scope == PushScope::kRoom) {
      const std::uint32_t room = rooms_.find(delivery.room);
      if (room != RoomTable::kNone) to_many(room, delivery, batch.token, now);
    } else if (delivery.message.speed > 0) {
      to_many(kPacedRoom, delivery, nullptr, now);  // its pace must not become that of the push stream
    } else {
      to_many(kAllRoom, delivery, batch.token, now);
    }
  }
  io_.flush_gathered();
  io_.stats().waiting_bytes.set(sweeps_.waiting_bytes());
}

void FanOut::to_many(std::uint32_t room, const PushDelivery& delivery, const TokenRef& token, TimePoint now) {
  const auto dropped = sweeps_.push(room, delivery.message, token, now);
  if (dropped.all() > 0) overflowed(room, dropped);
}

/// What a room drops is lost for each of its members: counted so, and who must not miss it is told to come again.
void FanOut::overflowed(std::uint32_t room, const RoomSweeps::Dropped& dropped) {
  const auto members = members_of(room);
  io_.stats().drop(DropReason::kRoomOverflow, dropped.all() * members.size());
  for (const auto& fate : dropped.asked) fate->dropped(members.size());
  if (dropped.events == 0 && (dropped.pushes == 0 || !io_.closes_slow())) return;
  missed_.insert(missed_.end(), members.begin(), members.end());
}

std::vector<ConnId> FanOut::members_of(std::uint32_t room) const {
  std::vector<ConnId> members;
  const auto add = [&](std::uint32_t place) {
    const Connection& connection = io_.slab().at(place);
    if (connection.phase == Phase::kOpen && connection.session) members.push_back(io_.id_of(place));
  };
  if (everybody(room)) {
    for (std::uint32_t place = 0; place < io_.slab().places(); ++place) add(place);
    return members;
  }
  for (const std::uint32_t place : rooms_.at(room).members) {
    if (place != RoomTable::kTombstone) add(place);
  }
  return members;
}

void FanOut::close_missed() {
  for (std::uint32_t i = 0; i < turn_ && !missed_.empty(); ++i) {
    const std::uint32_t place = io_.place_of(missed_.front());
    missed_.pop_front();
    if (place != ConnectionSlab::kNoPlace && io_.slab().at(place).phase == Phase::kOpen) {
      io_.close(place, CloseReason::kMissed);
    }
  }
}

void FanOut::to_sessions(const PushDelivery& delivery, bool gather) {
  RenderedPush push(std::span(&delivery.message, 1), false, deflater_);
  if (to_conns(delivery.conns, push, gather) > 0) note_age(io_.stats().record_age, delivery.message);
  if (delivery.lookup_uids.empty() && delivery.lookup_keys.empty()) return;
  look_up(delivery, push);
}

std::int32_t FanOut::push_now(const PushMessage& message, const std::vector<ConnId>& conns) {
  RenderedPush push(std::span(&message, 1), false, deflater_);
  return to_conns(conns, push, true);
}

std::int32_t FanOut::to_conns(const std::vector<ConnId>& conns, RenderedPush& push, bool gather) {
  std::int32_t taken = 0;
  for (const ConnId id : conns) {
    if (id.worker() != worker_) continue;
    const std::uint32_t place = io_.place_of(id);
    if (place == ConnectionSlab::kNoPlace) {
      io_.stats().drop(DropReason::kGone);
      note_missed(push.messages());
    } else if (to_session(place, push, gather)) {
      ++taken;
    }
  }
  return taken;
}

void FanOut::look_up(const PushDelivery& delivery, RenderedPush& push) {
  if (fault::fire("comet.no_lookup")) return;
  for (std::uint32_t place = 0; place < io_.slab().places(); ++place) {
    const Connection& connection = io_.slab().at(place);
    if (connection.phase != Phase::kOpen || !connection.session) continue;
    const Session& session = *connection.session;
    const auto uids = std::count(delivery.lookup_uids.begin(), delivery.lookup_uids.end(), session.uid);
    const auto keys = std::count(delivery.lookup_keys.begin(), delivery.lookup_keys.end(), session.key());
    const ConnId id = io_.id_of(place);
    for (auto times = uids + keys; times > 0 && io_.place_of(id) == place; --times) to_session(place, push, true);
  }
}

bool FanOut::to_session(std::uint32_t place, RenderedPush& push, bool gather) {
  const Connection& connection = io_.slab().at(place);
  if (connection.phase != Phase::kOpen || !connection.session) {
    io_.stats().drop(DropReason::kNotOpen);
    note_missed(push.messages());
    return false;
  }
  const PushMessage& message = push.messages().front();
  if (!takes(place, message, false)) return false;
  const Frame& frame = push.all(RenderedPush::words_of(connection));
  const PushClass kind = message.facts.kind;
  const Sent sent = gather ? io_.gather(place, frame, kind) : io_.send(place, frame, kind);
  note_sent(message, sent);
  count(sent, 1);
  return sent == Sent::kWritten || sent == Sent::kQueued;
}

/// Counts and traces those that it is nothing for.
bool FanOut::takes(std::uint32_t place, const PushMessage& message, bool room) {
  const Connection& connection = io_.slab().at(place);
  const Wanted answer = wanted(connection, io_.id_of(place), message, room);
  if (answer == Wanted::kYes) return true;
  if (answer == Wanted::kExcepted) return false;
  if (message.fate) message.fate->unwanted();
  io_.stats().drop(reason_of(answer));
  if (connection.traced) io_.tracer().dropped(place, message.operation, message.body->size(), label(reason_of(answer)));
  return false;
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
  sweep.kind = kind_of(sweep.messages);
  sweep.asked = anybody_asks(sweep.messages);
  sweep.for_all_members = !everybody(batch.room) && std::ranges::all_of(sweep.messages, for_every_member);
  sweep.frames = RenderedPush(sweep.messages, !everybody(sweep.room), deflater_);
  if (everybody(sweep.room)) {
    sweep.end = io_.slab().places();
  } else {
    rooms_.begin_sweep(sweep.room);
    sweep.end = static_cast<std::uint32_t>(rooms_.at(sweep.room).members.size());
  }
  io_.stats().sweeps.add();
  running_.push_back(std::move(sweep));
}

bool FanOut::run_turn(TimePoint now) {
  close_missed();
  while (auto batch = sweeps_.start_next(now)) start(std::move(*batch), now);
  bool more = !missed_.empty();
  for (std::size_t rounds = running_.size(); rounds > 0; --rounds) {
    Sweep sweep = std::move(running_.front());
    running_.pop_front();
    const TimePoint begin = monotonic_now();
    const std::uint32_t until = std::min({sweep.position + turn_, sweep.end, allowed_until(sweep, begin)});
    if (everybody(sweep.room)) {
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
    const std::uint32_t place = rooms_.at(sweep.room).members[sweep.position];
    if (place == RoomTable::kTombstone) continue;
    const Connection& connection = io_.slab().at(place);
    if (connection.phase != Phase::kOpen || !connection.session) {
      io_.stats().drop(DropReason::kNotOpen, sweep.messages.size());
      if (sweep.asked) note_missed(sweep.messages);
    } else if (sweep.for_all_members) {
      write_all(sweep, place);
    } else {
      write_wanted(sweep, place);
    }
  }
}

void FanOut::write_all(Sweep& sweep, std::uint32_t place) {
  const Connection& connection = io_.slab().at(place);
  if (connection.single_frames) {
    write_singles(sweep, place, [](const PushMessage&) { return true; });
  } else {
    const Sent sent = io_.send(place, sweep.frames.all(RenderedPush::words_of(connection)), sweep.kind);
    count(sent, sweep.messages.size());
    if (!sweep.asked) return;
    for (const PushMessage& message : sweep.messages) note_sent(message, sent);
  }
}

/// A frame per message; the connection may end on the way.
template <class Takes>
void FanOut::write_singles(Sweep& sweep, std::uint32_t place, Takes takes) {
  const ConnId id = io_.id_of(place);
  const RenderedPush::Words words = RenderedPush::words_of(io_.slab().at(place));
  for (std::size_t i = 0; i < sweep.messages.size() && io_.place_of(id) == place; ++i) {
    const PushMessage& message = sweep.messages[i];
    if (!takes(message)) continue;
    const Sent sent = io_.send(place, sweep.frames.single(words, i), message.facts.kind);
    count(sent, 1);
    note_sent(message, sent);
  }
}

void FanOut::visit_all(Sweep& sweep, std::uint32_t until) {
  for (; sweep.position < until; ++sweep.position) {
    const Connection& connection = io_.slab().at(sweep.position);
    if (connection.phase == Phase::kOpen && connection.session) write_wanted(sweep, sweep.position);
  }
}

/// What this connection takes of it: all in one frame if nothing is left out.
void FanOut::write_wanted(Sweep& sweep, std::uint32_t place) {
  const bool room = !everybody(sweep.room);
  const Connection& connection = io_.slab().at(place);
  const ConnId id = io_.id_of(place);
  const bool whole = std::ranges::all_of(sweep.messages, [&](const PushMessage& message) {
    return wanted(connection, id, message, room) == Wanted::kYes;
  });
  if (whole) return write_all(sweep, place);
  write_singles(sweep, place, [&](const PushMessage& message) { return takes(place, message, room); });
}

void FanOut::finish(const Sweep& sweep, TimePoint now) {
  for (const PushMessage& message : sweep.messages) note_age(io_.stats().record_age, message);
  sweeps_.finished(sweep.room, sweep.spent, now);
  if (!everybody(sweep.room)) membership_.end_sweep(sweep.room);
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
  for (const auto& [room, dropped] : sweeps_.expire(now)) overflowed(room, dropped);
}

}  // namespace im::comet
