#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "comet/wire/push_fate.hpp"
#include "comet/wire/request.hpp"
#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/registry/registry.hpp"
#include "common/wire/client_family.hpp"

namespace im::comet {

/// What a comet asks of logic. Plain values: the domain knows no protobuf.

struct ConnectAsk {
  CometInstance comet;
  ConnId conn;
  TimePoint asked{};   ///< when the client's auth was read
  SessionEpoch order;  ///< minted from it (docs/decisions/0018); 0 = by the router
  std::string token;   ///< raw body of the auth packet
  std::string cookie;
  std::string client_ip;
  std::string transport;  ///< "tcp" | "ws"
  ClientFamily family = ClientFamily::kGoimV2;
  std::string unchecked_origin;  ///< Origin of the upgrade when ws.origins is empty
};

struct ConnectGrant {
  Uid uid;
  std::string key;
  std::string room;  ///< empty = none
  std::vector<std::int32_t> accepts;
  std::chrono::milliseconds heartbeat{0};
  std::int32_t heartbeat_max = 0;
  SessionEpoch epoch;
  std::vector<ConnId> replaced;  ///< older connections of this comet instance with the same key: close them
  std::string platform;
  std::chrono::milliseconds expires_in{0};  ///< 0 = the session does not end by itself
  bool single_frames = false;               ///< an old SDK that takes one frame per read
  std::string greeting;                     ///< body of the answer to the login
  std::string token_key;                    ///< id of the key that signed its token; "" = none did
};

/// A session that ended, or one that a router asks for.
struct SessionRecord {
  Uid uid;
  std::string key;
  SessionEpoch epoch;
  ConnId conn;
  std::string platform;
  std::string client_ip;
};

/// Who sent a packet, stamped by this comet: never read from a body.
struct Caller {
  CometInstance comet;
  ConnId conn;
  Uid uid;
  std::string key, device;
  SessionEpoch epoch;
  ClientFamily family = ClientFamily::kGoimV2;
  std::string client_ip;
  std::string transport;  ///< "tcp" | "ws" | "poll"
  bool said_hello = false;
};

struct ReceiveAsk {
  Caller caller;
  std::int16_t version = 0;
  std::int32_t op = 0;
  std::int32_t seq = 0;
  std::string body;
};

/// Logic has taken a hello.
struct HelloGrant {
  std::string device;
  std::uint32_t max_body = 0;  ///< of a packet from now on; 0 = what the dialect allows
};

struct ReceiveAnswer {
  std::string body;
  std::int32_t op = 0;                      ///< 0 = the one that answers the request's
  bool renewed = false;                     ///< a repeated auth showed a good token
  std::chrono::milliseconds expires_in{0};  ///< renewed: 0 = the session does not end by itself
  std::string token_key;                    ///< renewed: of the new token
  std::optional<RequestFailure> failure;    ///< in place of the body: the row of the request says how it looks
  std::optional<HelloGrant> hello;
};

struct RoomPresence {
  std::string room;
  bool present = false;
  std::uint64_t version = 0;
};

using RoomCounts = std::vector<std::pair<std::string, std::int32_t>>;
/// Of each router's totals, by router id. Opaque to a comet.
using TotalsVersions = std::map<std::uint64_t, std::uint64_t>;

/// Members of rooms on this comet.
struct CountReport {
  bool full = false;          ///< of all rooms from `first` on and before `behind`, in the order of their bytes
  std::string first, behind;  ///< `behind` empty: to the last room
  RoomCounts counts;
};

struct OnlineTotals {
  RoomCounts totals;  ///< rooms of this comet whose cluster-wide number changed
  TotalsVersions versions;
};

/// What became of a push that somebody asks about, as far as it is known here.
struct FateReport {
  std::string name;
  FateCounts counts;
};

/// The way to logic. Calls never block; each callback runs once, on any thread, before the call's deadline.
/// Called from the control thread, receive() from the request lane, leases from theirs: never from a worker, whose
/// descriptor table may be its own. Leases travel by connections of their own.
class LogicGateway : public registry::Registrar {
 public:
  /// Returns how to give the call up: nobody wants the answer any more, `done` still runs.
  virtual std::function<void()> connect(ConnectAsk ask, Done<ConnectGrant> done) = 0;
  virtual void disconnect(CometInstance comet, std::vector<SessionRecord> sessions, Done<Ok> done) = 0;
  virtual void receive(ReceiveAsk ask, Done<ReceiveAnswer> done) = 0;
  virtual void update_rooms(CometInstance comet, std::vector<RoomPresence> rooms, Done<Ok> done) = 0;
  /// `since`: the versions of the last answer.
  virtual void report_online(CometInstance comet, CountReport report, TotalsVersions since,
                             Done<OnlineTotals> done) = 0;
  /// Other addresses from here on; calls under way end where they are. Any thread.
  virtual void use(const std::vector<std::string>& addresses) = 0;
  virtual void report_fates(CometInstance comet, std::vector<FateReport> fates, Done<Ok> done) = 0;
};

}  // namespace im::comet
