#include "router/calls/call_registry.hpp"

#include <algorithm>
#include <utility>

#include "router/calls/call_convert.hpp"
#include "router/calls/call_mail.hpp"
#include "router/calls/call_rebuild.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

/// "c/<id>" at the call's slot.
constexpr std::string_view kField = "c/";
std::string field_of(CallId id) { return std::string(kField) + std::to_string(id.value()); }

/// Whoever was given an event says within this time what became of it; else it goes by the slot's events.
constexpr CallMs kUnconfirmed = 2000;
/// Events of one party that only it has seen the numbers of, and events that somebody may still confirm: a new owner
/// begins above them.
constexpr std::uint64_t kEseqGap = 1000;
constexpr CallMs kSoon = 500;
/// What an owner before this one had not delivered, and nobody could for so long, is no news any more.
constexpr CallMs kStale = 60'000;

}  // namespace

CallRegistry::CallRegistry(const CallOptions& options, SlotJournal& journal, std::function<std::uint64_t()> random)
    : options_(options), journal_(journal), random_(std::move(random)) {}

Call* CallRegistry::find(CallId id, const std::string& scope) {
  if (id == CallId()) {
    const auto known = by_scope_.find(scope);
    if (known == by_scope_.end()) return nullptr;
    id = known->second;
  }
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : &found->second;
}

Call* CallRegistry::begin(const std::string& scope, std::size_t slot, const CallCommand& command, CallMs now,
                          CallAnswer& answer) {
  if (calls_.size() >= options_.max_calls) {
    ++figures_.refused;
    answer = refuse(4503, "too many calls");
    answer.retry_ms = 5000;
    return nullptr;
  }
  CallId id;
  do {
    id = CallId((random_() >> 1 & ~std::uint64_t{kSlots - 1}) | slot);
  } while (id == CallId() || calls_.contains(id));
  Call& call = calls_[id];
  call.record.id = id;
  call.record.scope = scope;
  by_scope_[scope] = id;
  ++figures_.begun;
  answer = begin_call(call, command, turn(now));
  return &call;
}

CallRegistry::Outcome CallRegistry::apply(CallId id, const std::string& scope, const CallCommand& command, CallMs now) {
  const std::size_t slot = id == CallId() ? slot_of(scope) : slot_of_call(id);
  Outcome outcome;
  const std::lock_guard lock(mutex_);
  outcome.owned = owned_[slot];
  if (!outcome.owned) return outcome;
  Call* call = find(id, scope);
  if (const auto claims = claims_to_rebuild(id, call, command, now)) {
    // A part without a connection could never be reached.
    if (command.device.conn == ConnId()) {
      outcome.answer = refuse(4409, "only on a connection");
      return outcome;
    }
    call = rebuild(id, call, *claims, command, now);
  }
  const bool begins = id == CallId() && (command.op == CallOp::kInvite || command.op == CallOp::kJoin);
  const bool over = call != nullptr && call->record.state == CallState::kEnded &&
                    (command.op == CallOp::kJoin || call->record.client_id != command.client_id);
  if (begins && (call == nullptr || over)) {
    call = begin(scope, slot, command, now, outcome.answer);
  } else if (call == nullptr) {
    outcome.answer = refuse(4404, "no such call");
  } else {
    outcome.answer = im::router::apply(*call, command, turn(now));
  }
  if (call == nullptr) return outcome;
  figures_.relayed += command.op == CallOp::kSdp || command.op == CallOp::kIce ? 1 : 0;
  outcome.changed = write(*call, now);
  // Who may know of it is told what it is; who may not hears nothing but the code.
  if (outcome.answer.code == 4404) return outcome;
  outcome.events = hand_out(*call, now, 0);
  outcome.record = call->record;
  return outcome;
}

/// What the resuming device says of its part, when there is nothing else to take it from.
std::optional<CallClaims> CallRegistry::claims_to_rebuild(CallId id, const Call* call, const CallCommand& command,
                                                          CallMs now) const {
  if (!options_.rebuild || command.op != CallOp::kResume) return std::nullopt;
  if (call != nullptr && (!call->record.rebuilt || find_party(call->record, command.party) != nullptr))
    return std::nullopt;
  auto claims = claims_of(command.claims);
  if (!claims || slot_of(claims->scope) != slot_of_call(id) || has_ended(*claims, options_.times, now))
    return std::nullopt;
  return claims;
}

/// The call, with the part of the resuming device.
Call* CallRegistry::rebuild(CallId id, Call* call, const CallClaims& claims, const CallCommand& command, CallMs now) {
  if (call != nullptr) {
    rebuild_party(*call, claims, command, turn(now));
    return call;
  }
  Call fresh;
  fresh.record.id = id;
  rebuild_call(fresh, claims, turn(now));
  // One live call of each pair: whoever called again meanwhile is not disturbed.
  const bool other = by_scope_.contains(claims.scope);
  if (other || calls_.size() >= options_.max_calls || !rebuild_party(fresh, claims, command, turn(now))) return nullptr;
  by_scope_[claims.scope] = id;
  ++figures_.rebuilt;
  return &(calls_[id] = std::move(fresh));
}

/// Hands the record to the journal when it changed, and plans its next timer.
bool CallRegistry::write(Call& call, CallMs now) {
  const CallId id = call.record.id;
  CallMs next = next_deadline(call.record, options_.times);
  if (!call.open.empty() || call.record.log_open) next = std::min(next, now + kUnconfirmed);
  if (const auto planned = planned_.find(id); planned == planned_.end() || planned->second > next) {
    planned_[id] = next;
    due_.emplace(next, id);
  }
  if (std::exchange(call.stirred, false)) stir(call);
  if (!std::exchange(call.dirty, false)) return false;
  journal_.put(slot_of_call(id), field_of(id), encode(call));
  return true;
}

void CallRegistry::stir(const Call& call) {
  if (listener_ != nullptr)
    listener_->changed(slot_of_call(call.record.id),
                       {EventKind::kCall, static_cast<std::int64_t>(call.record.id.value())});
}

bool CallRegistry::settle(CallId id, const std::vector<Settled>& events, bool logged, CallMs now) {
  const std::lock_guard lock(mutex_);
  if (!owned_[slot_of_call(id)]) return false;
  Call* call = find(id, "");
  if (call == nullptr) return true;
  for (const Settled& one : events) {
    const SharedCallEvent event = im::router::settle(*call, one.number);
    if (event && !one.arrived && event->to != PartyId()) note_undelivered(*call, event->to, one.route, turn(now));
  }
  if (logged && std::exchange(call->record.log_open, false)) {
    ++figures_.ended;
    touch(*call);
  }
  write(*call, now);
  return true;
}

CallRegistry::Outcome CallRegistry::told(CallId id, CallMs now) {
  Outcome outcome;
  const std::lock_guard lock(mutex_);
  Call* call = find(id, "");
  if (call == nullptr) return outcome;
  outcome.record = call->record;
  outcome.events = hand_out(*call, now, now - kUnconfirmed);
  figures_.repeated += outcome.events.size();
  return outcome;
}

std::vector<CallId> CallRegistry::untold(std::size_t slot) const {
  std::vector<CallId> calls;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, call] : calls_)
    if (slot_of_call(id) == slot && (!call.open.empty() || call.record.log_open)) calls.push_back(id);
  return calls;
}

void CallRegistry::tick(CallMs now) {
  const std::lock_guard lock(mutex_);
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto [at, id] = *due_.begin();
    due_.erase(due_.begin());
    const auto planned = planned_.find(id);
    if (planned == planned_.end() || planned->second != at) continue;
    planned_.erase(planned);
    tick_one(id, now);
  }
}

void CallRegistry::tick_one(CallId id, CallMs now) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Call& call = found->second;
  std::erase_if(call.open, [now](const OpenEvent& one) { return one.handed_ms == 0 && one.event->ts + kStale < now; });
  expire(call, turn(now));
  if (is_forgotten(call.record, now) && !call.record.log_open) return forget(id);
  // A call whose log is open stays until somebody has written it: forget_at is far behind, so it is looked at again.
  if (is_forgotten(call.record, now)) call.record.forget_at = now + kSoon;
  const bool waits =
      std::ranges::any_of(call.open, [now](const OpenEvent& one) { return one.handed_ms <= now - kUnconfirmed; });
  call.stirred = call.stirred || waits || call.record.log_open;
  write(call, now);
}

void CallRegistry::forget(CallId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  figures_.dropped += found->second.dropped;
  if (const auto scope = by_scope_.find(found->second.record.scope); scope != by_scope_.end() && scope->second == id)
    by_scope_.erase(scope);
  calls_.erase(found);
  planned_.erase(id);
  journal_.erase(slot_of_call(id), field_of(id));
}

void CallRegistry::load(std::size_t slot, const SlotFields& fields) {
  const std::lock_guard lock(mutex_);
  for (const auto& [field, text] : fields) {
    if (!field.starts_with(kField)) continue;
    auto call = decode_call(text);
    if (!call || slot_of_call(call->record.id) != slot || calls_.contains(call->record.id)) continue;
    const CallId id = call->record.id;
    for (Party& party : call->record.parties) party.eseq += kEseqGap;
    call->last_event += kEseqGap;
    auto& newest = by_scope_[call->record.scope];
    if (const auto other = calls_.find(newest);
        other == calls_.end() || other->second.record.state == CallState::kEnded)
      newest = id;
    calls_[id] = *std::move(call);
    planned_[id] = 0;  // by the next tick, whatever the time is here
    due_.emplace(0, id);
  }
}

void CallRegistry::own(std::size_t slot, std::uint64_t) {
  const std::lock_guard lock(mutex_);
  owned_.set(slot);
}

void CallRegistry::disown(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  owned_.reset(slot);
  for (auto call = calls_.begin(); call != calls_.end();) {
    if (slot_of_call(call->first) != slot) {
      ++call;
      continue;
    }
    if (const auto scope = by_scope_.find(call->second.record.scope); scope != by_scope_.end())
      if (scope->second == call->first) by_scope_.erase(scope);
    planned_.erase(call->first);
    call = calls_.erase(call);
  }
}

std::vector<SlotWrite> CallRegistry::dump(std::size_t slot) {
  std::vector<SlotWrite> writes;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, call] : calls_)
    if (slot_of_call(id) == slot) writes.push_back({field_of(id), encode(call)});
  return writes;
}

CallRegistry::Figures CallRegistry::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.calls = calls_.size();
  return figures;
}

}  // namespace im::router
