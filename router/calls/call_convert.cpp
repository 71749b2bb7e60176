#include "router/calls/call_convert.hpp"

#include "router/calls/call_mail.hpp"
#include "router/calls/call_rebuild.hpp"

namespace im::router {

namespace {

namespace pb = im::calls;

Party party_of(const pb::Party& in) {
  Party party;
  party.id = PartyId(in.id());
  party.device = device_of(in.device());
  party.token = in.token();
  party.left = in.left();
  party.reason = static_cast<EndReason>(in.reason());
  party.lost = in.lost();
  party.lost_ms = in.lost_ms();
  party.heard_ms = in.heard_ms();
  party.joined_ms = in.joined_ms();
  party.left_ms = in.left_ms();
  party.connected = in.connected();
  party.ever_connected = in.ever_connected();
  party.inbound_ok = in.inbound_ok();
  party.pc_state = in.pc_state();
  party.media = in.media();
  party.path = in.path();
  party.worst_loss = in.worst_loss();
  party.connected_ms = in.connected_ms();
  party.restarts = in.restarts();
  for (const auto& [to, ufrag] : in.ufrags()) party.ufrags.emplace(PartyId(to), ufrag);
  party.eseq = in.eseq();
  return party;
}

void fill(pb::Party& out, const Party& party) {
  out.set_id(party.id.value());
  fill(*out.mutable_device(), party.device);
  out.set_token(party.token);
  out.set_left(party.left);
  out.set_reason(static_cast<std::uint32_t>(party.reason));
  out.set_lost(party.lost);
  out.set_lost_ms(party.lost_ms);
  out.set_heard_ms(party.heard_ms);
  out.set_joined_ms(party.joined_ms);
  out.set_left_ms(party.left_ms);
  out.set_connected(party.connected);
  out.set_ever_connected(party.ever_connected);
  out.set_inbound_ok(party.inbound_ok);
  out.set_pc_state(party.pc_state);
  out.set_media(party.media);
  out.set_path(party.path);
  out.set_worst_loss(party.worst_loss);
  out.set_connected_ms(party.connected_ms);
  out.set_restarts(party.restarts);
  for (const auto& [to, ufrag] : party.ufrags) (*out.mutable_ufrags())[to.value()] = ufrag;
  out.set_eseq(party.eseq);
}

std::vector<Callee> callees_of(const google::protobuf::RepeatedPtrField<pb::Callee>& in) {
  std::vector<Callee> callees;
  for (const auto& one : in) {
    Callee callee{Uid(one.uid()), one.told(), one.done(), one.ringing(), one.page(), Uid(one.by()), {}};
    callee.until = one.until();
    callee.declined = one.declined();
    callee.rang.assign(one.rang().begin(), one.rang().end());
    callees.push_back(std::move(callee));
  }
  return callees;
}

void fill(pb::Callee& out, const Callee& callee) {
  out.set_uid(callee.uid.value());
  out.set_told(callee.told);
  out.set_done(callee.done);
  out.set_ringing(callee.ringing);
  out.set_page(callee.page);
  out.set_by(callee.by.value());
  out.set_until(callee.until);
  out.set_declined(callee.declined);
  for (const std::string& key : callee.rang) out.add_rang(key);
}

void fill_times(pb::Record& out, const CallRecord& record) {
  out.set_started_ms(record.started_ms);
  out.set_answered_ms(record.answered_ms);
  out.set_active_ms(record.active_ms);
  out.set_ended_ms(record.ended_ms);
  out.set_ring_until(record.ring_until);
  out.set_setup_until(record.setup_until);
  out.set_idle_until(record.idle_until);
  out.set_max_until(record.max_until);
  out.set_forget_at(record.forget_at);
}

void read_times(CallRecord& record, const pb::Record& in) {
  record.started_ms = in.started_ms();
  record.answered_ms = in.answered_ms();
  record.active_ms = in.active_ms();
  record.ended_ms = in.ended_ms();
  record.ring_until = in.ring_until();
  record.setup_until = in.setup_until();
  record.idle_until = in.idle_until();
  record.max_until = in.max_until();
  record.forget_at = in.forget_at();
}

constexpr std::size_t kOpenKept = 64;
bool is_relayed(const CallEvent& event) {
  return event.kind == CallEventKind::kSdp || event.kind == CallEventKind::kIce ||
         event.kind == CallEventKind::kPeerMedia;
}

CallEvent event_of(const pb::Event& in) {
  CallEvent event;
  event.number = in.number();
  event.kind = static_cast<CallEventKind>(in.kind());
  event.to = PartyId(in.to_party());
  event.uid = Uid(in.uid());
  event.except_key = in.except_key();
  event.eseq = in.eseq();
  event.ts = in.ts();
  event.party = PartyId(in.party());
  event.by = Uid(in.by());
  event.reason = static_cast<EndReason>(in.reason());
  event.word = in.word();
  event.payload = in.payload();
  event.ms = in.ms();
  return event;
}

CallRecord record_of(const pb::Record& in) {
  CallRecord record;
  record.id = CallId(in.id());
  record.scope = in.scope();
  record.group = in.group();
  record.kind = static_cast<CallKind>(in.kind());
  record.state = static_cast<CallState>(in.state());
  record.version = in.version();
  record.caller = Uid(in.caller());
  record.client_id = in.client_id();
  record.conv = in.conv();
  record.pin = in.pin();
  record.locked = in.locked();
  record.last_party = in.last_party();
  for (const auto& party : in.parties()) record.parties.push_back(party_of(party));
  record.room = in.room();
  record.caps.assign(in.caps().begin(), in.caps().end());
  record.callees = callees_of(in.callees());
  record.answered_by = PartyId(in.answered_by());
  record.host = PartyId(in.host());
  record.screen = PartyId(in.screen());
  record.reason = static_cast<EndReason>(in.reason());
  record.ended_by = Uid(in.ended_by());
  record.log_open = in.log_open();
  record.rebuilt = in.rebuilt();
  read_times(record, in);
  return record;
}

}  // namespace

CallDevice device_of(const pb::Device& device) {
  return {Uid(device.uid()),
          device.key(),
          {CometNumber(device.comet().number()), InstanceEpoch(device.comet().epoch())},
          ConnId(device.conn()),
          device.name(),
          device.page()};
}

void fill(pb::Device& out, const CallDevice& device) {
  out.set_uid(device.uid.value());
  out.set_key(device.key);
  out.mutable_comet()->set_number(device.comet.number.value());
  out.mutable_comet()->set_epoch(device.comet.epoch.value());
  out.set_conn(device.conn.raw());
  out.set_name(device.name);
  out.set_page(device.page);
}

CallCommand command_of(const pb::ApplyRequest& in) {
  CallCommand out;
  out.op = static_cast<CallOp>(in.op());
  out.device = device_of(in.device());
  out.party = PartyId(in.party());
  out.cseq = in.cseq();
  out.to = PartyId(in.to_party());
  out.to_user = Uid(in.to_user());
  out.client_id = in.client_id();
  out.kind = static_cast<CallKind>(in.kind());
  out.callees = callees_of(in.callees());
  out.group = in.group();
  out.conv = in.conv();
  out.reason = in.reason();
  out.token = secret_of(in.token());
  out.claims = in.token();
  out.word = in.word();
  out.pc_state = in.pc_state();
  out.path = in.path();
  out.pin = in.pin();
  out.payload = in.payload();
  out.room = in.room();
  out.ufrag = in.ufrag();
  out.caps.assign(in.caps().begin(), in.caps().end());
  out.last_eseq = in.last_eseq();
  out.neg = in.neg();
  out.candidates = in.candidates();
  out.loss = in.loss();
  out.on = in.on();
  out.ever_connected = in.ever_connected();
  out.inbound_ok = in.inbound_ok();
  return out;
}

void fill(pb::Record& out, const CallRecord& record) {
  out.set_id(record.id.value());
  out.set_scope(record.scope);
  out.set_group(record.group);
  out.set_kind(static_cast<std::uint32_t>(record.kind));
  out.set_state(static_cast<std::uint32_t>(record.state));
  out.set_version(record.version);
  out.set_caller(record.caller.value());
  out.set_client_id(record.client_id);
  out.set_conv(record.conv);
  out.set_pin(record.pin);
  out.set_locked(record.locked);
  out.set_last_party(record.last_party);
  for (const Party& party : record.parties) fill(*out.add_parties(), party);
  out.set_room(record.room);
  for (const std::string& cap : record.caps) out.add_caps(cap);
  for (const Callee& callee : record.callees) fill(*out.add_callees(), callee);
  out.set_answered_by(record.answered_by.value());
  out.set_host(record.host.value());
  out.set_screen(record.screen.value());
  out.set_reason(static_cast<std::uint32_t>(record.reason));
  out.set_ended_by(record.ended_by.value());
  out.set_log_open(record.log_open);
  out.set_rebuilt(record.rebuilt);
  fill_times(out, record);
}

void fill(pb::Event& out, const CallEvent& event, const CallRecord& record) {
  out.set_number(event.number);
  out.set_kind(static_cast<std::uint32_t>(event.kind));
  out.set_to_party(event.to.value());
  out.set_uid(event.uid.value());
  out.set_except_key(event.except_key);
  out.set_eseq(event.eseq);
  out.set_ts(event.ts);
  out.set_party(event.party.value());
  out.set_by(event.by.value());
  out.set_reason(static_cast<std::uint32_t>(event.reason));
  out.set_word(event.word);
  out.set_payload(event.payload);
  out.set_ms(event.ms);
  if (const Party* to = find_party(record, event.to)) fill(*out.mutable_route(), to->device);
}

std::string encode(const Call& call) {
  pb::Record out;
  fill(out, call.record);
  out.set_last_event(call.last_event);
  const std::size_t skip = call.open.size() > kOpenKept ? call.open.size() - kOpenKept : 0;
  for (std::size_t i = skip; i < call.open.size(); ++i)
    if (!is_relayed(*call.open[i].event)) fill(*out.add_open(), *call.open[i].event, call.record);
  return out.SerializeAsString();
}

std::optional<Call> decode_call(const std::string& text) {
  pb::Record in;
  if (!in.ParseFromString(text) || in.id() == 0 || in.state() < 1 || in.state() > 4) return std::nullopt;
  Call call;
  call.record = record_of(in);
  call.last_event = in.last_event();
  for (const auto& event : in.open()) reopen(call, std::make_shared<const CallEvent>(event_of(event)));
  return call;
}

}  // namespace im::router
