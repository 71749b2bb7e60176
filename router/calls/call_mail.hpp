#pragma once

#include <string>
#include <vector>

#include "router/calls/call.hpp"

namespace im::router {

/// The record has changed: it is written, and its version grows.
void touch(Call& call);

/// One event to a party that has not left, or to the parties of `others_than` but this one. They get numbers, stay in
/// the party's ring, and are open until somebody says that they arrived.
void tell_party(Call& call, Party& to, CallEvent event, CallMs now);
void tell_others(Call& call, PartyId but, const CallEvent& event, CallMs now);
/// To all devices of a user but the one with this key.
void tell_user(Call& call, Uid uid, CallEvent event, const std::string& except_key, CallMs now);

/// One that an owner before this one had not delivered: in its party's ring, and open.
void reopen(Call& call, SharedCallEvent event);

/// What a user's devices were to hear of `about` (of the whole call: none) is true no more: who has not heard it never
/// will. Told before what takes its place.
void withdraw(Call& call, CallEventKind kind, Uid uid, PartyId about = {});

/// What is in the ring after `last_eseq`; sets `gap` when some of it is not kept there.
void replay(const Call& call, const Party& party, std::uint64_t last_eseq, CallAnswer& answer);

/// Events that nobody has, or that nobody has confirmed since `older_than`; they count as handed from `now` on.
std::vector<SharedCallEvent> hand_out(Call& call, CallMs now, CallMs older_than);
/// It arrived, or will never: it is open no more.
SharedCallEvent settle(Call& call, std::uint64_t number);

}  // namespace im::router
