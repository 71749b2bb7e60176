#include "logic/calls/call_late.hpp"

#include <algorithm>

#include "logic/calls/call_busy.hpp"
#include "logic/calls/call_event.hpp"
#include "logic/calls/call_json.hpp"

namespace im::logic {

namespace {

namespace pb = im::calls;

bool rang(const pb::Callee& callee, const std::string& key) {
  return std::ranges::find(callee.rang(), key) != callee.rang().end();
}

pb::Event ring(const pb::ApplyReply& call, const pb::Callee& callee) {
  const std::int64_t now = call.record().ring_until() - call.ring_left_ms();
  pb::Event event;
  event.set_kind(call_event::kIncoming);
  event.set_by(callee.by() != 0 ? callee.by() : call.record().caller());
  event.set_ts(now);
  event.set_ms(callee.until() > 0 ? std::max<std::int64_t>(callee.until() - now, 0) : call.ring_left_ms());
  return event;
}

/// Answered or declined on another device, or nobody's ring any more.
pb::Event over(const pb::Record& record, const pb::Callee& callee, Uid uid) {
  const bool taken =
      std::ranges::any_of(record.parties(), [uid](const pb::Party& one) { return one.device().uid() == uid.value(); });
  const bool ended = record.state() == call_event::kStateEnded;
  pb::Event event;
  event.set_kind((taken || callee.declined()) && !ended ? call_event::kElsewhere : call_event::kEnded);
  event.set_word(taken ? "accepted" : callee.declined() ? "rejected" : "");
  event.set_reason(ended ? record.reason() : call_event::kReasonTimeout);
  event.set_by(record.ended_by());
  event.set_ts(record.ended_ms());
  event.set_ms(talk_ms(record));
  return event;
}

}  // namespace

std::optional<pb::Event> late_event(const pb::ApplyReply& call, Uid uid, const std::string& key) {
  const pb::Record& record = call.record();
  const auto me =
      std::ranges::find_if(record.callees(), [uid](const pb::Callee& one) { return one.uid() == uid.value(); });
  if (me == record.callees().end() || !me->told()) return std::nullopt;
  std::optional<pb::Event> event;
  if (rings_for(record, uid)) event = ring(call, *me);
  const bool here =
      std::ranges::any_of(record.parties(), [&key](const pb::Party& one) { return one.device().key() == key; });
  if (!event && me->done() && rang(*me, key) && !here) event = over(record, *me, uid);
  if (event) event->set_uid(uid.value());
  return event;
}

}  // namespace im::logic
