#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "comet/connection/outbox.hpp"
#include "comet/connection/timer_wheel.hpp"
#include "comet/edge/edge_limits.hpp"
#include "comet/wire/dialect.hpp"
#include "comet/wire/frame.hpp"
#include "comet/wire/op_list.hpp"
#include "common/base/ids.hpp"
#include "common/ws/decoder.hpp"

namespace im::comet {

/// Where a connection stands. Pushes reach only kOpen.
enum class Phase : std::uint8_t {
  kFree,
  kProxy,       ///< of a trusted load balancer: waiting for its PROXY header
  kUpgrade,     ///< WebSocket: waiting for the request head
  kAuth,        ///< waiting for op 7
  kConnecting,  ///< asked logic
  kJoining,     ///< waiting for the router to know the room
  kOpen,
  kLingering,  ///< close frame sent; waiting for the peer to close, input is thrown away
};

/// Where a connection begins, or goes on after the PROXY header.
Phase first_phase(Transport transport);

/// Membership of one room: its index in the worker's table and the place in its member list.
struct RoomLink {
  static constexpr std::uint32_t kNone = 0xffffffff;
  std::uint32_t room = kNone;
  std::uint32_t position = 0;
};

/// What an authenticated connection carries beside its socket.
struct Session {
  Uid uid;
  std::string key;
  SessionEpoch epoch;
  OpSet accepts;
  bool said_hello = false;  ///< ops 100 to 102 are for it
  RoomLink main_room;
  bool main_kept = false;  ///< logic has put it in that room too: it stays when the main room changes
  std::unique_ptr<std::vector<RoomLink>> more_rooms;  ///< null while there is only the main room
  std::uint32_t deadline_ticks = 0;                   ///< heartbeat * heartbeat_max
  std::uint32_t expires_tick = 0;                     ///< of the wheel's clock; 0 = never
  std::string platform;
  std::string device;          ///< as it called itself in hello
  std::uint32_t max_body = 0;  ///< of its packets, once it has said hello
};

/// Bytes received but not yet used up. Exists only while there are some.
struct Input {
  std::string bytes;
  std::unique_ptr<ws::Decoder> decoder;  ///< WebSocket, only inside a frame or a fragmented message
  // Of the upgrade, until the auth has been asked:
  std::string cookie;
  std::string unchecked_origin;
  std::string greeting;  ///< of logic, until the login is answered

  bool nothing_kept() const {
    return bytes.empty() && !decoder && cookie.empty() && unchecked_origin.empty() && greeting.empty();
  }
};

/// One client connection. Lives in the slab of its worker; small, because idle ones are many.
struct Connection {
  int fd = -1;
  std::uint32_t generation = 1;
  Phase phase = Phase::kFree;
  Transport transport = Transport::kTcp;
  bool single_frames = false;      ///< takes one frame per write: never gathered
  bool want_write = false;         ///< EPOLLOUT is set
  bool paused = false;             ///< EPOLLIN is cleared: one request under way, or replies not read
  bool ended = false;              ///< while paused: the peer sends nothing more; what it sent is yet to be read
  bool busy = false;               ///< a request of this client is being answered by somebody else
  bool traced = false;             ///< somebody reads what it does (Tracer)
  bool dirty = false;              ///< outbox gathers; written at the end of the turn
  bool counted = false;            ///< as a connection of its address
  bool refused = false;            ///< its login was, one of too many: told when the deadline is over
  bool over_limit = false;         ///< accepted to be told so: closed once it speaks WebSocket
  bool fin = false;                ///< while lingering: our side ends as soon as everything is written
  std::int16_t reply_version = 1;  ///< of the request under way
  std::uint32_t ip = 0;            ///< handle in the IpTable
  std::int32_t reply_op = 0;
  std::int32_t reply_seq = 0;
  TimePoint messages{};  ///< when its bucket of messages is full again
  WheelLink wheel;
  const Dialect* dialect = nullptr;
  UserShare* user = nullptr;  ///< of its session; null without limits per user
  std::unique_ptr<Session> session;
  std::unique_ptr<Input> input;
  std::unique_ptr<Outbox> outbox;
};

}  // namespace im::comet
