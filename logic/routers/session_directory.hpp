#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

/// One session as the router knows it.
struct SessionInfo {
  Uid uid;
  std::string key;
  CometInstance comet;
  ConnId conn;
  SessionEpoch epoch;  ///< asked by bind(): the order of the login; 0 = the router mints one
  std::string platform, client_ip, room;
  std::int32_t max_sessions = 0;  ///< asked by bind(): one more of this user is kOverloaded; 0 = no limit
  std::function<bool()> gone;     ///< asked by bind() before each attempt, if set: the client has left, no more of them
};

/// What one push needs to know.
struct LocateAsk {
  std::vector<std::int64_t> uids;
  std::vector<std::string> keys;
  std::vector<std::string> rooms;
  bool nodes = false;  ///< all live comets
};

/// Answers in the order asked. "Unknown": what is not found may exist all the same, since a router is away, or has just
/// taken the slot and comets have yet to tell what they hold there.
struct LocateAnswer {
  std::vector<std::vector<SessionInfo>> by_uid, by_key;
  std::vector<std::vector<CometInstance>> by_room;
  std::vector<CometInstance> nodes;
  bool complete = true;      ///< nothing is unknown
  bool nodes_known = false;  ///< `nodes` comes from the router that keeps the registry
  std::vector<bool> unknown_uids, unknown_keys, unknown_rooms;  ///< empty: all of them when not complete

  bool unknown_uid(std::size_t at) const { return unknown(unknown_uids, at); }
  bool unknown_key(std::size_t at) const { return unknown(unknown_keys, at); }
  bool unknown_room(std::size_t at) const { return unknown(unknown_rooms, at); }

  bool unknown(const std::vector<bool>& flags, std::size_t at) const {
    return !complete && (flags.empty() || flags[at]);
  }
};

struct BindAnswer {
  SessionEpoch epoch;
  std::vector<SessionInfo> replaced;
};

struct SessionEnd {
  Uid uid;
  std::string key;
  SessionEpoch epoch;
};

struct OnlineAsk {
  std::string top_type;
  std::int32_t top_limit = 0;
  std::vector<std::string> rooms;
};

struct OnlineAnswer {
  std::vector<std::pair<std::string, std::int32_t>> top, rooms;
  bool top_cut = false;  ///< a router had more rooms than fit into its answer: the emptiest may be missing
  std::int64_t connections = 0, addresses = 0, sessions = 0, users = 0, room_count = 0;
};

/// The router as logic uses it. Calls never block; each callback runs once, on any thread. Callbacks of locate() come
/// in the order of the calls: that is what keeps pushes in order.
class SessionDirectory {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~SessionDirectory() = default;
  virtual void locate(LocateAsk ask, Done<LocateAnswer> done) = 0;
  virtual void bind(SessionInfo session, Done<BindAnswer> done) = 0;
  virtual void unbind(std::vector<SessionEnd> sessions, Done<std::int32_t> done) = 0;
  /// Of a login that nobody waits for: tried again for some time. It may be told before the bind is carried out, which
  /// then is refused.
  virtual void take_back(SessionEnd session) = 0;
  virtual void online(OnlineAsk ask, Done<OnlineAnswer> done) = 0;
};

}  // namespace im::logic
