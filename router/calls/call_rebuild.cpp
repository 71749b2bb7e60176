#include "router/calls/call_rebuild.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "router/calls/call_mail.hpp"

namespace im::router {

namespace {

constexpr std::string_view kPair = "pair:";

bool read(std::string_view text, std::int64_t& number) {
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && last == text.data() + text.size() && number >= 0;
}

/// "pair:LOW:HIGH"; zeros: it is none.
std::array<std::int64_t, 2> users_of(std::string_view scope) {
  std::array<std::int64_t, 2> users{};
  if (!scope.starts_with(kPair)) return users;
  scope.remove_prefix(kPair.size());
  const auto colon = scope.find(':');
  if (colon == std::string_view::npos) return users;
  if (!read(scope.substr(0, colon), users[0]) || !read(scope.substr(colon + 1), users[1]) || users[0] >= users[1])
    return {};
  return users;
}

bool is_of(const CallClaims& claims, Uid uid) {
  const auto users = users_of(claims.scope);
  return uid.value() > 0 && std::ranges::find(users, uid.value()) != users.end();
}

/// What each of the two says of its newest description was for the other one, whose number whoever comes first does not
/// know.
void meet(CallRecord& record, Party& party, const std::string& ufrag) {
  const PartyId other = record.parties.empty() ? PartyId() : record.parties.front().id;
  if (!ufrag.empty()) party.ufrags[other] = ufrag;
  if (other == PartyId()) return;
  if (auto said = record.parties.front().ufrags.extract(PartyId())) {
    said.key() = party.id;
    record.parties.front().ufrags.insert(std::move(said));
  }
}

}  // namespace

std::string token_with_claims(const CallRecord& call, const Party& party) {
  if (call.group) return party.token;
  std::string token = party.token;
  for (const std::int64_t part : {static_cast<std::int64_t>(call.kind), call.caller.value(), call.conv, call.started_ms,
                                  static_cast<std::int64_t>(party.id.value())})
    token += "." + std::to_string(part);
  return token + "." + call.scope;
}

std::string secret_of(const std::string& token) { return token.substr(0, token.find('.')); }

std::optional<CallClaims> claims_of(std::string_view token) {
  std::array<std::int64_t, 5> parts{};
  auto dot = token.find('.');
  for (std::int64_t& part : parts) {
    if (dot == std::string_view::npos) return std::nullopt;
    token.remove_prefix(dot + 1);
    dot = token.find('.');
    if (dot == std::string_view::npos || !read(token.substr(0, dot), part)) return std::nullopt;
  }
  CallClaims claims;
  claims.scope = token.substr(dot + 1);
  claims.kind = static_cast<CallKind>(parts[0]);
  claims.caller = Uid(parts[1]);
  claims.conv = parts[2];
  claims.started = parts[3];
  claims.party = PartyId(static_cast<std::uint32_t>(parts[4]));
  constexpr std::int64_t kMostParties = 1000;
  if (parts[0] < 1 || parts[0] > 3 || parts[4] < 1 || parts[4] > kMostParties || !is_of(claims, claims.caller))
    return std::nullopt;
  return claims;
}

bool has_ended(const CallClaims& claims, const CallTimes& times, CallMs now) {
  return now - claims.started > times.longest + std::max(times.resume, times.resume_media);
}

/// It waits for the other one as a call that was just answered does.
void rebuild_call(Call& call, const CallClaims& claims, const CallTurn& turn) {
  CallRecord& record = call.record;
  record.scope = claims.scope;
  record.kind = claims.kind;
  record.state = CallState::kConnecting;
  record.rebuilt = true;
  record.caller = claims.caller;
  record.conv = claims.conv;
  record.started_ms = std::min(claims.started, turn.now);
  record.answered_ms = turn.now;
  record.setup_until = turn.now + turn.times.setup;
  record.max_until = record.started_ms + turn.times.longest;
  const auto users = users_of(claims.scope);
  const Uid callee(users[0] == claims.caller.value() ? users[1] : users[0]);
  record.callees = {{callee, true, true, false, {}, {}, {}}};
}

bool rebuild_party(Call& call, const CallClaims& claims, const CallCommand& resume, const CallTurn& turn) {
  CallRecord& record = call.record;
  const bool taken = std::ranges::any_of(record.parties, [&](const Party& one) {
    return one.id == claims.party || (!one.left && one.device.uid == resume.device.uid);
  });
  // Who has no connection to a peer was still ringing, and has no more rights than an invite would have to prove.
  const bool has_peer = !resume.pc_state.empty() && resume.pc_state != "new" && resume.pc_state != "closed";
  if (!record.rebuilt || taken || !has_peer || claims.scope != record.scope || claims.party != resume.party ||
      !is_of(claims, resume.device.uid) || resume.token.empty())
    return false;
  Party party;
  party.id = claims.party;
  party.device = resume.device;
  party.token = resume.token;
  party.heard_ms = party.joined_ms = turn.now;
  party.eseq = resume.last_eseq;
  meet(record, party, resume.ufrag);
  record.parties.push_back(std::move(party));
  record.last_party = std::max(record.last_party, claims.party.value());
  if (resume.device.uid != record.caller) record.answered_by = claims.party;
  if (record.host == PartyId()) record.host = claims.party;
  touch(call);
  return true;
}

}  // namespace im::router
