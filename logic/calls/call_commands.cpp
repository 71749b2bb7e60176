#include "logic/calls/call_commands.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "logic/calls/call_json.hpp"
#include "logic/calls/call_media.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

constexpr std::size_t kMaxWord = 64;
constexpr std::int64_t kMostNumber = std::numeric_limits<std::uint32_t>::max();

/// Reads what one command has of its own; what is wrong is in the fields, or returned.
using Read = std::optional<Failure> (*)(Fields& fields, const json::object& object, pb::ApplyRequest& request);
using FillOf = CallAsker::Fill (*)(CallAsker& asker, Uid uid);

CallAsker::Fill nothing(CallAsker&, Uid) { return {}; }
CallAsker::Fill record_of(CallAsker&, Uid uid) {
  return [uid](const pb::ApplyReply& reply, json::object& out) { out = call_json(reply.record(), uid); };
}
CallAsker::Fill joined(CallAsker& asker, Uid uid) { return asker.joined(uid); }
/// Of the newest event to the party that asks: so it finds that one did not arrive, also when no other one follows.
void add_newest(json::object& out, const pb::ApplyReply& reply) {
  for (const pb::Party& party : reply.record().parties())
    if (party.id() == reply.party()) out["eseq"] = party.eseq();
}
CallAsker::Fill reported(CallAsker& asker, Uid uid) {
  return [&asker, uid](const pb::ApplyReply& reply, json::object& out) {
    const pb::Record& record = reply.record();
    add_newest(out, reply);
    asker.busy().keep(uid, record.scope());
    // An old page reports nothing: it is in the call as long as who it talks with.
    for (const pb::Party& party : record.parties())
      if (!party.left() && !party.device().page().empty()) asker.busy().keep(Uid(party.device().uid()), record.scope());
  };
}
CallAsker::Fill fresh_ice(CallAsker& asker, Uid uid) {
  return [&asker, uid](const pb::ApplyReply&, json::object& out) { out["ice"] = asker.ice(uid); };
}
CallAsker::Fill resumed(CallAsker& asker, Uid uid) {
  return [&asker, uid](const pb::ApplyReply& reply, json::object& out) {
    out["snapshot"] = call_json(reply.record(), uid);
    out["party_id"] = party_id_text(reply.party());
    out["gap"] = reply.gap();
    add_newest(out, reply);
    json::array replay;
    for (const pb::Event& event : reply.replay()) replay.push_back(json::parse(call_event_json(event, reply.record())));
    out["replay"] = std::move(replay);
    out["ring_ms"] = reply.ring_left_ms();
    out["ice"] = asker.ice(uid);
  };
}

std::optional<Failure> read_nothing(Fields&, const json::object&, pb::ApplyRequest&) { return std::nullopt; }

std::optional<Failure> read_answer(Fields& fields, const json::object& object, pb::ApplyRequest& request) {
  fields.object("media");
  read_caps(fields, request);
  request.set_payload(members_of(object, {"caps", "media"}));
  return std::nullopt;
}

std::optional<Failure> read_reject(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_word(fields.text_or("scope", kMaxWord, "user"));
  request.set_reason(fields.text_or("reason", kMaxWord, "declined"));
  if (request.word() != "user" && request.word() != "device") fields.refuse("scope", "user or device");
  return std::nullopt;
}

std::optional<Failure> read_reason(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_reason(fields.text_or("reason", kMaxWord, ""));
  return std::nullopt;
}

std::optional<Failure> read_report(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_pc_state(fields.text("pc_state", kMaxWord));
  request.set_ever_connected(fields.flag_or("ever_connected", false));
  request.set_inbound_ok(fields.flag_or("inbound_ok", false));
  request.set_loss(fields.number_or("loss", 0, 1000, 0));
  request.set_path(fields.text_or("path", kMaxWord, ""));
  fields.number_or("rtt_ms", 0, 3600000, 0);
  return std::nullopt;
}

std::optional<Failure> read_resume(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_token(fields.text("party_token", 256));
  request.set_pc_state(fields.text_or("pc_state", kMaxWord, ""));
  request.set_ufrag(fields.text_or("ufrag", kMaxUfrag, ""));
  request.set_last_eseq(
      static_cast<std::uint64_t>(fields.number_or("last_eseq", 0, std::numeric_limits<std::int64_t>::max(), 0)));
  return std::nullopt;
}

std::optional<Failure> read_on(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_on(fields.flag_or("on", true));
  return std::nullopt;
}

std::optional<Failure> read_host(Fields& fields, const json::object&, pb::ApplyRequest& request) {
  request.set_word(fields.text("op", kMaxWord));
  request.set_on(fields.flag_or("on", true));
  request.set_to_party(read_party_id(fields.text_or("party", kMaxWord, "")));
  static constexpr std::string_view kOps[] = {"mute", "stop_screen", "remove", "give", "lock", "end_all"};
  if (std::ranges::find(kOps, request.word()) == std::end(kOps))
    fields.refuse("op", "mute, stop_screen, remove, give, lock or end_all");
  return std::nullopt;
}

struct Row {
  const char* cmd;
  pb::Op op;
  bool party;  ///< needs a party_id
  Read read;
  FillOf fill;
};
constexpr Row kRows[] = {
    {"call.look", pb::LOOK, false, read_nothing, record_of},
    {"call.ringing", pb::RINGING, false, read_nothing, nothing},
    {"call.accept", pb::ACCEPT, false, read_answer, joined},
    {"call.reject", pb::REJECT, false, read_reject, record_of},
    {"call.cancel", pb::CANCEL, false, read_reason, record_of},
    {"call.hangup", pb::HANGUP, false, read_reason, record_of},
    {"call.resume", pb::RESUME, true, read_resume, resumed},
    {"call.transfer", pb::TAKE_OVER, false, read_answer, joined},
    {"call.sdp", pb::SDP, true, read_description, nothing},
    {"call.ice", pb::ICE, true, read_candidates, nothing},
    {"call.media", pb::MEDIA, true, read_media, nothing},
    {"call.report", pb::REPORT, true, read_report, reported},
    {"call.leave", pb::LEAVE, true, read_nothing, record_of},
    {"call.screen", pb::SCREEN, true, read_on, nothing},
    {"call.host", pb::HOST, true, read_host, nothing},
    {"call.ice_servers", pb::ALIVE, true, read_nothing, fresh_ice},
};

void run(const Row& row, CallAsker& asker, const Caller& caller, const json::object& object, const Reply& reply) {
  Fields fields(object);
  pb::ApplyRequest request;
  request.set_op(row.op);
  request.set_call(read_call_id(fields.text("call_id", kMaxWord)));
  const std::string party = fields.text_or("party_id", kMaxWord, "");
  request.set_party(read_party_id(party));
  request.set_cseq(static_cast<std::uint32_t>(fields.number_or("cseq", 0, kMostNumber, 0)));
  fill_device(request, caller);
  const auto wrong = row.read(fields, object, request);
  if (!fields.failure() && (row.party || !party.empty()) && request.party() == 0) fields.refuse("party_id", "\"pN\"");
  if (fields.failure()) return reply(*fields.failure());
  if (wrong) return reply(*wrong);
  if (request.call() == 0) return reply(Failure{Code::kNotFound, "no such call", {}, {}});
  asker.ask(std::move(request), row.fill(asker, caller.uid), reply);
}

}  // namespace

void read_caps(Fields& fields, pb::ApplyRequest& request) {
  constexpr std::size_t kMost = 64;
  for (std::string& cap : fields.texts("caps", kMost, kMaxWord)) request.add_caps(std::move(cap));
}

std::string members_of(const json::object& fields, std::initializer_list<std::string_view> names) {
  json::object out;
  for (const std::string_view name : names)
    if (const json::value* value = fields.if_contains(name); value != nullptr && !value->is_null()) out[name] = *value;
  const std::string text = json::serialize(out);
  return text.substr(1, text.size() - 2);
}

void add_call_commands(RequestRouter& router, CallAsker& asker) {
  for (const Row& row : kRows)
    router.on(row.cmd, {.user = true},
              [&row, &asker](const Caller& caller, const json::object& object, const Reply& reply) {
                run(row, asker, caller, object, reply);
              });
}

}  // namespace im::logic
