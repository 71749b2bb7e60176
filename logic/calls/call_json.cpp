#include "logic/calls/call_json.hpp"

#include <algorithm>
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "logic/calls/call_event.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/calls/page_words.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

constexpr std::array<const char*, 15> kEvents = {"",
                                                 "call.incoming",
                                                 "call.remote_ringing",
                                                 "call.accepted",
                                                 "call.ended",
                                                 "call.handled_elsewhere",
                                                 "call.mirror",
                                                 "call.sdp",
                                                 "call.ice",
                                                 "call.peer_media",
                                                 "call.peer_state",
                                                 "call.members",
                                                 "call.screen",
                                                 "call.host",
                                                 "call.still_ringing"};
using namespace call_event;

json::value party_or_null(std::uint32_t party) {
  if (party == 0) return nullptr;
  return json::value(party_id_text(party));
}

const pb::Party* party_of(const pb::Record& record, std::uint32_t id) {
  const auto found = std::ranges::find_if(record.parties(), [id](const pb::Party& one) { return one.id() == id; });
  return found == record.parties().end() ? nullptr : &*found;
}

json::array members_json(const pb::Record& record) {
  json::array members;
  for (const pb::Party& party : record.parties()) {
    if (party.left()) continue;
    json::object member{{"party", party_id_text(party.id())},
                        {"uid", party.device().uid()},
                        {"device", party.device().name()},
                        {"sig", party.lost() ? "lost" : "ok"},
                        {"pc", party.pc_state()}};
    // As the party said it, of members that are known (call.media).
    const json::value said = json::parse("{" + party.media() + "}");
    for (const auto& one : said.get_object()) member.insert(one);
    members.push_back(std::move(member));
  }
  return members;
}

void add_members(json::object& out, const pb::Record& record) {
  out["pv"] = record.version();
  out["full"] = true;
  out["members"] = members_json(record);
  out["host"] = party_or_null(record.host());
  out["screen"] = party_or_null(record.screen());
  out["locked"] = record.locked();
}

std::string device_name(const pb::Record& record, std::uint32_t party) {
  const pb::Party* found = party_of(record, party);
  return found == nullptr ? "" : found->device().name();
}

void add_winner(json::object& out, const pb::Event& event, const pb::Record& record) {
  if (event.word() == "accepted") out["device_name"] = device_name(record, record.answered_by());
  out["how"] = event.word();
}

void add_room(json::object& out, const pb::Record& record) {
  if (!record.room().empty()) out["room"] = record.room();
}

/// The conversation that the call began in is not theirs.
bool was_added(const pb::Record& record, std::int64_t uid) {
  return std::ranges::any_of(record.callees(),
                             [uid](const pb::Callee& one) { return one.uid() == uid && one.by() != 0; });
}

void add_incoming(json::object& out, const pb::Event& event, const pb::Record& record) {
  out["from"] = event.by();
  out["kind"] = kind_text(record.kind());
  if (record.conv() > 0 && !was_added(record, event.uid())) out["conv_id"] = record.conv();
  add_room(out, record);
  out["group"] = record.group();
  out["left_ms"] = event.ms();
  out["members"] = members_json(record);
}

void add_fields(json::object& out, const pb::Event& event, const pb::Record& record) {
  switch (event.kind()) {
    case kIncoming:
      return add_incoming(out, event, record);
    case kRemoteRinging:
      out["uid"] = event.by();
      return;
    case kAccepted:
      out["peer_party"] = party_id_text(event.party());
      out["uid"] = event.by();
      out["role"] = event.uid() == record.caller() ? "caller" : "callee";
      out["replaced"] = event.word() == "replaced";
      add_room(out, record);
      return;
    case kEnded:
      out["reason"] = reason_text(event.reason());
      out["by"] = event.by() > 0 ? json::value(event.by()) : json::value(nullptr);
      out["talk_ms"] = event.ms();
      out["final"] = true;
      return;
    case kElsewhere:
      return add_winner(out, event, record);
    case kMirror:
      out["party"] = party_id_text(event.party());
      out["on"] = event.word() == "on";
      out["device_name"] = device_name(record, event.party());
      return;
    case kSdp:
    case kIce:
      out["from_party"] = party_id_text(event.party());
      return;
    case kMedia:
      out["party"] = party_id_text(event.party());
      return;
    case kState:
      out["party"] = party_id_text(event.party());
      out["sig"] = event.word();
      out["pc"] = event.payload();
      return;
    case kMembers:
      out["group"] = record.group();
      return add_members(out, record);
    case kScreen:
      out["party"] = party_or_null(event.party());
      return;
    case kStillRinging:
      out["left_ms"] = event.ms();
      return;
    case kHost:
      out["op"] = event.word();
      out["by"] = event.by();
      return;
    default:
      return;
  }
}

/// The payload was written by logic from members it knows, none of which an event has by itself.
bool has_members(std::uint32_t kind) {
  return kind == kIncoming || kind == kAccepted || kind == kSdp || kind == kIce || kind == kMedia;
}

}  // namespace

std::string call_event_json(const pb::Event& event, const pb::Record& record) {
  json::object out{{"cmd", event.kind() < kEvents.size() ? kEvents[event.kind()] : ""},
                   {"call_id", call_id_text(record.id())},
                   {"ts", event.ts()}};
  if (event.to_party() != 0) {
    out["to_party"] = party_id_text(event.to_party());
    out["eseq"] = event.eseq();
  }
  add_fields(out, event, record);
  if (json::value words = page_words(event, record); !words.is_null()) out["webim"] = std::move(words);
  std::string text = json::serialize(out);
  if (event.payload().empty() || !has_members(event.kind())) return text;
  text.back() = ',';
  return text + event.payload() + "}";
}

std::int64_t talk_ms(const pb::Record& record) {
  if (record.active_ms() == 0 || record.ended_ms() == 0) return 0;
  return std::max<std::int64_t>(record.ended_ms() - record.active_ms(), 0);
}

std::string_view outcome_of(const pb::Record& record) {
  const std::string_view reason = reason_text(record.reason());
  if (record.group() ? record.parties_size() > 1 : record.active_ms() > 0) return "answered";
  if (reason == "cancelled" || reason == "rejected" || reason == "busy") return reason;
  return record.answered_by() == 0 && reason != "no_media" ? "missed" : "failed";
}

json::object call_json(const pb::Record& record, Uid to) {
  json::object out{{"call_id", call_id_text(record.id())},
                   {"state", state_text(record.state())},
                   {"kind", kind_text(record.kind())},
                   {"group", record.group()},
                   {"caller", record.caller()},
                   {"started", record.started_ms()}};
  if (record.conv() > 0 && !was_added(record, to.value())) out["conv_id"] = record.conv();
  add_room(out, record);
  add_members(out, record);
  if (record.reason() == 0) return out;
  out["reason"] = reason_text(record.reason());
  out["by"] = record.ended_by() > 0 ? json::value(record.ended_by()) : json::value(nullptr);
  out["outcome"] = outcome_of(record);
  out["talk_ms"] = talk_ms(record);
  return out;
}

}  // namespace im::logic
