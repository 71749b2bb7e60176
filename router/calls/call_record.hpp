#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/base/ids.hpp"

namespace im::router {

/// Below 2^63; the lowest ten bits are its slot, so whoever has the id finds the owner.
using CallId = NamedType<std::uint64_t, struct CallIdTag>;
/// Minted by the call, from 1; outlives connections and comets. 0: none.
using PartyId = NamedType<std::uint32_t, struct PartyIdTag>;
/// The cluster's clock, milliseconds. Passed in; the machine bears that it jumps.
using CallMs = std::int64_t;

enum class CallKind : std::uint8_t { kAudio = 1, kVideo = 2, kScreen = 3 };
enum class CallState : std::uint8_t { kRinging = 1, kConnecting = 2, kActive = 3, kEnded = 4 };

/// Why a call, or a party's part in it, ended. The texts that clients see: call_reason.hpp.
enum class EndReason : std::uint8_t {
  kNone = 0,
  kHangup,
  kCancelled,
  kRejected,
  kBusy,
  kTimeout,
  kIceFailed,   ///< never had media
  kIceTimeout,  ///< had media, lost it
  kMediaDenied,
  kPeerLost,
  kInterrupted,
  kReplaced,
  kKicked,
  kEndedByHost,
  kMaxDuration,
  kError,
  kNoMedia,  ///< an old page's media, which who answered cannot take
};

/// One connected device, as the session says it. `conn` 0: an HTTP call, which nothing can be sent to.
struct CallDevice {
  Uid uid;
  std::string key;
  CometInstance comet;
  ConnId conn;
  std::string name;  ///< as hello named it: shown to the user's other devices
  std::string page;  ///< its address, when it is an old page: has media of its own and reports nothing
  bool is_page() const { return !page.empty(); }
  bool same_route(const CallDevice& other) const { return comet == other.comet && conn == other.conn; }
};

/// A device that takes part.
struct Party {
  PartyId id;
  CallDevice device;
  std::string token;  ///< proves that a connection may take over the part
  bool left = false;
  EndReason reason = EndReason::kNone;
  bool lost = false;  ///< its signalling: nothing is heard of it, or nothing reaches it
  CallMs lost_ms = 0;
  CallMs heard_ms = 0;
  CallMs joined_ms = 0, left_ms = 0;
  CallMs connected_ms = 0;                                             ///< when it first said so; 0: never
  bool connected = false, ever_connected = false, inbound_ok = false;  ///< as it reports
  std::string pc_state;
  std::string media;            ///< members of a JSON object, as the party said them; empty: nothing said
  std::string path;             ///< host, srflx, relay: of the newest report
  std::int64_t worst_loss = 0;  ///< per mille
  std::uint32_t restarts = 0;   ///< offers of it with a new ufrag to a party that knew another one
  /// Of its newest description to each party. 0: the other one, who has not come back yet to a call that is rebuilt.
  std::map<PartyId, std::string> ufrags;
  std::uint64_t eseq = 0;  ///< of its newest event
};

/// A user who is asked to come.
struct Callee {
  Uid uid;
  bool told = true;               ///< false: has blocked the caller, and never hears of it
  bool done = false;              ///< answered, declined or given up: rings no more
  bool ringing = false;           ///< a device said so
  std::string page;               ///< as in CallDevice
  Uid by;                         ///< who asked this one to come; 0: the caller
  std::vector<std::string> rang;  ///< keys of devices that said so
  CallMs until = 0;               ///< its ring ends then
  bool declined = false;          ///< a device of theirs said no
};

/// All that is known of a call, and all that is kept of it in the store.
struct CallRecord {
  CallId id;
  std::string scope;  ///< what there is one live call of: "pair:1:2", "conv:7", "meeting:123456789"
  bool group = false;
  CallKind kind = CallKind::kAudio;
  CallState state = CallState::kRinging;
  std::uint64_t version = 1;  ///< grows with each transition
  Uid caller;
  std::string client_id;  ///< the caller's own number for it
  std::int64_t conv = 0;
  std::string pin;                ///< of a meeting; hashed by who asks
  std::string room;               ///< where an old page's media are, as its caller named it
  std::vector<std::string> caps;  ///< the caller's
  bool locked = false;
  std::uint32_t last_party = 0;
  std::vector<Party> parties;  ///< in the order of joining
  std::vector<Callee> callees;
  PartyId answered_by;  ///< the one winner of a call of two
  PartyId host, screen;
  CallMs started_ms = 0, answered_ms = 0, active_ms = 0, ended_ms = 0;
  // Deadlines; 0 = none. Those of a party follow from heard_ms and lost_ms.
  // The first ring ends at ring_until.
  CallMs ring_until = 0, setup_until = 0, idle_until = 0, max_until = 0, forget_at = 0;
  EndReason reason = EndReason::kNone;
  Uid ended_by;           ///< 0: nobody, a timer
  bool rebuilt = false;   ///< of what its parties said, after the memory of it was lost
  bool log_open = false;  ///< ended, and nobody has said yet that it is in the books
};

}  // namespace im::router
