#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "router/calls/call_record.hpp"

namespace im::router {

/// What clients hear of a call; docs/calls.md has each as JSON.
enum class CallEventKind : std::uint8_t {
  kIncoming = 1,
  kRemoteRinging,
  kAccepted,
  kEnded,
  kHandledElsewhere,
  kMirror,
  kSdp,
  kIce,
  kPeerMedia,
  kPeerState,
  kMembers,
  kScreen,
  kHost,
  kStillRinging,  ///< to a caller who says nothing: whether it arrives tells whether the caller is there
};

/// To one party (`to`), with a number of its own there, or to all devices of a user but one (`uid`, `except_key`).
struct CallEvent {
  std::uint64_t number = 0;  ///< within the call: who delivers it names it
  CallEventKind kind{};
  PartyId to;
  Uid uid;
  std::string except_key;
  std::uint64_t eseq = 0;
  CallMs ts = 0;
  PartyId party;  ///< whom it is about, or who sent it
  Uid by;
  EndReason reason = EndReason::kNone;
  std::string word;     ///< "accepted", "lost", a host's operation
  std::string payload;  ///< members of a JSON object, relayed as they came
  CallMs ms = 0;        ///< the end: of talk; a ring, also to the caller: what is left of it when it is handed out
};
using SharedCallEvent = std::shared_ptr<const CallEvent>;

struct CallAnswer {
  int code = 0;  ///< 0 or one of docs/calls.md
  std::string error;
  std::int64_t retry_ms = 0;
  PartyId party;  ///< the asking device's part
  bool merged = false;
  bool gap = false;  ///< resume: some of what was missed is not kept any more
  std::vector<SharedCallEvent> replay;
};

/// What is kept of a party in memory only.
struct Mailbox {
  std::deque<SharedCallEvent> ring;  ///< its newest events, for resume
  std::size_t ring_bytes = 0;
  std::map<std::uint32_t, CallAnswer> answers;  ///< by cseq: a repeated request has the first answer
  CallMs tokens_full_at = 0;                    ///< of its rate
  std::uint32_t neg = 0, candidates = 0;        ///< candidates within the newest negotiation
};

/// An event on its way; it goes again when nobody says in time that it arrived.
struct OpenEvent {
  SharedCallEvent event;
  CallMs handed_ms = 0;  ///< 0: nobody has it yet
};

struct Call {
  CallRecord record;
  std::map<PartyId, Mailbox> mail;
  std::deque<OpenEvent> open;
  std::uint64_t last_event = 0;
  bool dirty = false;         ///< the record has changed since it was written
  bool stirred = false;       ///< a timer made something that nobody fetches by itself
  std::uint64_t dropped = 0;  ///< events that did not fit
};

Party* find_party(CallRecord& call, PartyId id);
const Party* find_party(const CallRecord& call, PartyId id);
Callee* find_callee(CallRecord& call, Uid uid);
const Callee* find_callee(const CallRecord& call, Uid uid);
/// When the ring of a callee ends.
CallMs ring_end(const CallRecord& call, const Callee& callee);
/// The earliest of those that ring; 0: nobody.
CallMs next_ring_end(const CallRecord& call);
/// Parties that have not left.
std::size_t count_joined(const CallRecord& call);

}  // namespace im::router
