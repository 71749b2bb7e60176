#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/calls/call.hpp"
#include "router/calls/call_command.hpp"

namespace im::router {

/// What a party's token says of its call, for a router that has lost its memory and has no store. Not signed: it is the
/// word of an authenticated user, and is taken for no more than a part of their own in a call of two that was answered.
/// Nobody hears of such a call before they have resumed their own part of it.
struct CallClaims {
  std::string scope;
  CallKind kind = CallKind::kAudio;
  Uid caller;
  std::int64_t conv = 0;
  CallMs started = 0;
  PartyId party;
};

/// The token that a client gets: the secret, and behind a dot the claims.
std::string token_with_claims(const CallRecord& call, const Party& party);
/// The secret of such a token.
std::string secret_of(const std::string& token);
/// Nothing: they are none, or of a call that nobody rebuilds.
std::optional<CallClaims> claims_of(std::string_view token);
/// No call lasts so long, and nobody comes back to one so late: such a token is over.
bool has_ended(const CallClaims& claims, const CallTimes& times, CallMs now);

/// The call, with nobody in it yet.
void rebuild_call(Call& call, const CallClaims& claims, const CallTurn& turn);
/// The part that the resuming device says is its own; false: it cannot be.
bool rebuild_party(Call& call, const CallClaims& claims, const CallCommand& resume, const CallTurn& turn);

}  // namespace im::router
