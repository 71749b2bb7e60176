#include "router/events/event_parts.hpp"

#include <algorithm>

#include "router/sessions/session_rows.hpp"

namespace im::router {

namespace {

constexpr std::size_t kSessionsTold = 64;  // events.proto

void fill(im::events::UserChanged& out, Uid uid, const std::vector<SessionRow>& sessions) {
  out.set_uid(uid.value());
  out.set_count(static_cast<std::uint32_t>(sessions.size()));
  for (std::size_t i = 0; i < std::min(sessions.size(), kSessionsTold); ++i)
    router::fill(*out.add_sessions(), sessions[i]);
}

void fill(im::events::SlotEvent& out, const SlotEvent& event, const SessionsOf& sessions_of, const CallOf& call_of) {
  out.set_slot(static_cast<std::uint32_t>(event.slot));
  out.set_epoch(event.epoch);
  out.set_number(event.number);
  switch (event.subject.kind) {
    case EventKind::kBegan:
      out.mutable_began();
      break;
    case EventKind::kKnown:
      out.mutable_known();
      break;
    case EventKind::kUser:
      fill(*out.mutable_user(), Uid(event.subject.id), sessions_of(Uid(event.subject.id)));
      break;
    case EventKind::kCall:
      out.mutable_call()->set_told(call_of(event.subject.id));
      break;
  }
}

}  // namespace

std::vector<im::events::EventPart> parts_of(std::uint64_t batch, const std::vector<SlotEvent>& events,
                                            const SessionsOf& sessions_of, std::size_t max_bytes,
                                            const CallOf& call_of) {
  std::vector<im::events::EventPart> parts(1);
  std::size_t bytes = 0;
  for (const SlotEvent& event : events) {
    im::events::SlotEvent message;
    fill(message, event, sessions_of, call_of);
    const std::size_t size = message.ByteSizeLong();
    if (bytes > 0 && bytes + size > max_bytes) {
      parts.emplace_back();
      bytes = 0;
    }
    bytes += size;
    *parts.back().add_events() = std::move(message);
  }
  for (auto& part : parts) part.set_batch(batch);
  parts.back().set_last(true);
  return parts;
}

}  // namespace im::router
