#include "comet/connection/trace.hpp"

#include <algorithm>
#include <limits>

#include "common/ws/frame.hpp"

namespace im::comet {

namespace {

constexpr std::size_t kAnySize = std::numeric_limits<std::int32_t>::max();

TracedEvent event_of(TracedEvent::Kind kind, const wire::Packet& packet) {
  TracedEvent event;
  event.kind = kind;
  event.version = packet.version;
  event.op = packet.op;
  event.seq = packet.seq;
  event.size = static_cast<std::uint32_t>(packet.body.size());
  if (packet.op != wire::kOpAuth) event.body = packet.body.substr(0, TracedEvent::kMaxBody);
  return event;
}

TracedEvent other(const char* note, std::string_view bytes) {
  TracedEvent event;
  event.kind = TracedEvent::Kind::kOut;
  event.size = static_cast<std::uint32_t>(bytes.size());
  event.body = bytes.substr(0, TracedEvent::kMaxBody);
  event.note = note;
  return event;
}

/// `nested`: an op 9 is a wrapper around packets.
void add_packets(std::string_view bytes, bool nested, std::vector<TracedEvent>& events) {
  while (!bytes.empty()) {
    const wire::Parsed parsed = wire::parse_stream(bytes, kAnySize);
    if (parsed.status != wire::ParseStatus::kPacket) {
      events.push_back(other("bytes", bytes));
      return;
    }
    bytes.remove_prefix(parsed.consumed);
    if (nested && parsed.packet.op == wire::kOpRaw && !parsed.packet.body.empty()) {
      add_packets(parsed.packet.body, false, events);
    } else {
      events.push_back(event_of(TracedEvent::Kind::kOut, parsed.packet));
    }
  }
}

/// Size of the header of a server's frame; 0 when `bytes` is none.
std::size_t header_size(std::string_view bytes) {
  if (bytes.size() < 2) return 0;
  const auto length = static_cast<unsigned char>(bytes[1]);
  const std::size_t size = length < 126 ? 2 : length == 126 ? 4 : 10;
  return bytes.size() < size ? 0 : size;
}

}  // namespace

std::vector<TracedEvent> written_events(std::string_view bytes, Transport transport) {
  std::vector<TracedEvent> events;
  if (transport == Transport::kTcp) {
    add_packets(bytes, false, events);
    return events;
  }
  const std::size_t header = header_size(bytes);
  const auto opcode = header == 0 ? ws::Opcode::kContinuation : static_cast<ws::Opcode>(bytes[0] & 0x0f);
  const std::string_view payload = bytes.substr(header);
  if (header > 0 && (static_cast<unsigned char>(bytes[0]) & ws::kRsv1) != 0) return {other("deflated", payload)};
  switch (opcode) {
    case ws::Opcode::kBinary:
      add_packets(payload, true, events);
      break;
    case ws::Opcode::kText:
      events.push_back(other("json", payload));
      break;
    case ws::Opcode::kPing:
      events.push_back(other("ping", payload));
      break;
    case ws::Opcode::kPong:
      events.push_back(other("pong", payload));
      break;
    default:
      events.push_back(other("bytes", bytes));
  }
  return events;
}

void Trace::add(TracedEvent event) {
  if (!bodies_) event.body.clear();
  const std::size_t cost = sizeof event + event.body.size();
  const std::lock_guard lock(mutex_);
  if (over_ || events_.size() >= kMaxEvents || bytes_ + cost > kMaxBytes) {
    ++dropped_;
    return;
  }
  bytes_ += cost;
  events_.push_back(std::move(event));
}

void Trace::end() {
  const std::lock_guard lock(mutex_);
  over_ = true;
}

Trace::Taken Trace::take(TimePoint now) {
  const std::lock_guard lock(mutex_);
  taken_at_ = now;
  Taken taken;
  taken.events.assign(std::make_move_iterator(events_.begin()), std::make_move_iterator(events_.end()));
  events_.clear();
  bytes_ = 0;
  taken.dropped = std::exchange(dropped_, 0);
  taken.over = over_;
  return taken;
}

bool Trace::unread(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  return now - taken_at_ > kPatience;
}

bool Trace::abandoned(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  return over_ || now - taken_at_ > kPatience;
}

void Tracer::add(std::uint32_t place, const TracedEvent& event) {
  const auto found = traces_.find(place);
  if (found == traces_.end()) return;
  for (const TraceRef& trace : found->second) {
    TracedEvent copy = event;
    copy.time_ms = unix_ms();
    trace->add(std::move(copy));
  }
}

void Tracer::in(std::uint32_t place, const wire::Packet& packet) {
  add(place, event_of(TracedEvent::Kind::kIn, packet));
}

void Tracer::out(std::uint32_t place, std::string_view bytes, Transport transport, std::size_t waiting) {
  for (TracedEvent& event : written_events(bytes, transport)) {
    event.waiting = static_cast<std::uint32_t>(waiting);
    add(place, event);
  }
}

void Tracer::dropped(std::uint32_t place, std::int32_t op, std::size_t size, const char* why) {
  TracedEvent event;
  event.kind = TracedEvent::Kind::kDropped;
  event.op = op;
  event.size = static_cast<std::uint32_t>(size);
  event.note = why;
  add(place, event);
}

void Tracer::closed(std::uint32_t place, CloseReason reason) {
  TracedEvent event;
  event.kind = TracedEvent::Kind::kClosed;
  event.note = info(reason).label;
  add(place, event);
  const auto found = traces_.find(place);
  if (found == traces_.end()) return;
  for (const TraceRef& trace : found->second) trace->end();
  traces_.erase(found);
}

bool Tracer::wanted(std::uint32_t place, TimePoint now) {
  const auto found = traces_.find(place);
  if (found == traces_.end()) return false;
  std::erase_if(found->second, [now](const TraceRef& trace) { return trace->abandoned(now); });
  if (!found->second.empty()) return true;
  traces_.erase(found);
  return false;
}

Result<std::uint64_t> TraceHub::begin(ConnId conn, bool bodies, TimePoint now) {
  const auto trace = std::make_shared<Trace>(conn, bodies, now);
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(traces_, [now](const auto& one) { return one.second->unread(now); });
    if (traces_.size() >= kMaxTraces)
      return Error{Error::Code::kOverloaded, "16 connections of this comet are traced already"};
    number = ++last_;
    traces_[number] = trace;
  }
  attach_(trace);
  return number;
}

Result<Trace::Taken> TraceHub::take(std::uint64_t trace, TimePoint now) {
  TraceRef found;
  {
    const std::lock_guard lock(mutex_);
    const auto at = traces_.find(trace);
    if (at != traces_.end()) found = at->second;
  }
  if (!found) return Error{Error::Code::kNotFound, "there is no such trace (any more)"};
  auto taken = found->take(now);
  if (taken.over) end(trace);
  return taken;
}

void TraceHub::end(std::uint64_t trace) {
  const std::lock_guard lock(mutex_);
  const auto found = traces_.find(trace);
  if (found == traces_.end()) return;
  found->second->end();
  traces_.erase(found);
}

}  // namespace im::comet
