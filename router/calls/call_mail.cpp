#include "router/calls/call_mail.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

namespace {

constexpr std::size_t kRing = 256;
constexpr std::size_t kRingBytes = 512U << 10;
constexpr std::size_t kOpen = 1024;  // of a call: 32 parties that hear nothing

std::size_t cost_of(const CallEvent& event) { return sizeof event + event.payload.size() + event.except_key.size(); }

void keep(Mailbox& mail, const SharedCallEvent& event) {
  mail.ring.push_back(event);
  mail.ring_bytes += cost_of(*event);
  while (mail.ring.size() > kRing || (mail.ring_bytes > kRingBytes && mail.ring.size() > 1)) {
    mail.ring_bytes -= cost_of(*mail.ring.front());
    mail.ring.pop_front();
  }
}

/// A ring says how long it goes on from now, however often it is handed out.
SharedCallEvent as_of(CallMs now, const SharedCallEvent& event, const CallRecord& record) {
  if (event->kind != CallEventKind::kIncoming && event->kind != CallEventKind::kStillRinging) return event;
  CallEvent ring = *event;
  const Callee* callee = find_callee(record, event->uid);
  ring.ms = std::max<CallMs>((callee == nullptr ? record.ring_until : ring_end(record, *callee)) - now, 0);
  return std::make_shared<const CallEvent>(std::move(ring));
}

void open(Call& call, SharedCallEvent event) {
  call.open.push_back({std::move(event), 0});
  if (call.open.size() <= kOpen) return;
  call.open.pop_front();  // a party finds it in its ring
  ++call.dropped;
}

}  // namespace

void touch(Call& call) {
  ++call.record.version;
  call.dirty = true;
}

void tell_party(Call& call, Party& to, CallEvent event, CallMs now) {
  if (to.left) return;
  event.number = ++call.last_event;
  event.to = to.id;
  event.uid = to.device.uid;
  event.eseq = ++to.eseq;
  event.ts = now;
  const auto shared = std::make_shared<const CallEvent>(std::move(event));
  keep(call.mail[to.id], shared);
  open(call, shared);
}

void tell_others(Call& call, PartyId but, const CallEvent& event, CallMs now) {
  for (Party& party : call.record.parties)
    if (party.id != but) tell_party(call, party, event, now);
}

void tell_user(Call& call, Uid uid, CallEvent event, const std::string& except_key, CallMs now) {
  event.number = ++call.last_event;
  event.uid = uid;
  event.except_key = except_key;
  event.ts = now;
  open(call, std::make_shared<const CallEvent>(std::move(event)));
}

void reopen(Call& call, SharedCallEvent event) {
  if (event->to != PartyId()) keep(call.mail[event->to], event);
  call.open.push_back({std::move(event), 0});
}

void withdraw(Call& call, CallEventKind kind, Uid uid, PartyId about) {
  std::erase_if(call.open, [&](const OpenEvent& one) {
    const CallEvent& event = *one.event;
    return event.to == PartyId() && event.kind == kind && event.uid == uid && event.party == about;
  });
}

void replay(const Call& call, const Party& party, std::uint64_t last_eseq, CallAnswer& answer) {
  if (const auto mail = call.mail.find(party.id); mail != call.mail.end())
    for (const SharedCallEvent& event : mail->second.ring)
      if (event->eseq > last_eseq) answer.replay.push_back(event);
  answer.gap = last_eseq + answer.replay.size() < party.eseq;
}

std::vector<SharedCallEvent> hand_out(Call& call, CallMs now, CallMs older_than) {
  std::vector<SharedCallEvent> events;
  for (OpenEvent& one : call.open) {
    if (one.handed_ms > older_than) continue;
    one.handed_ms = now;
    events.push_back(as_of(now, one.event, call.record));
  }
  return events;
}

SharedCallEvent settle(Call& call, std::uint64_t number) {
  const auto found = std::ranges::find_if(call.open, [number](const auto& one) { return one.event->number == number; });
  if (found == call.open.end()) return nullptr;
  SharedCallEvent event = std::move(found->event);
  call.open.erase(found);
  return event;
}

}  // namespace im::router
