#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "comet/connection/outbox.hpp"
#include "comet/connection/timer_wheel.hpp"
#include "comet/edge/edge_limits.hpp"
#include "comet/wire/dialect.hpp"
#include "comet/wire/frame.hpp"
#include "comet/wire/op_list.hpp"
#include "common/base/ids.hpp"
#include "common/base/interned.hpp"
#include "common/base/packed_text.hpp"
#include "common/ws/decoder.hpp"

namespace im::comet {

/// Where a connection stands. Pushes reach only kOpen.
enum class Phase : std::uint8_t {
  kFree,
  kProxy,       ///< of a trusted load balancer: waiting for its PROXY header
  kTls,         ///< shaking hands
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
  SessionEpoch epoch;
  PackedText<2> names;  ///< key; device, as it called itself in hello
  InternedText platform;
  OpSet accepts;
  RoomLink main_room;
  std::unique_ptr<std::vector<RoomLink>> more_rooms;  ///< null while there is only the main room
  std::uint32_t deadline_ticks = 0;                   ///< heartbeat * heartbeat_max
  std::uint32_t expires_tick = 0;                     ///< of the wheel's clock; 0 = never
  std::uint32_t max_body = 0;                         ///< of its packets, once it has said hello
  std::uint16_t token_key = 0;                        ///< of TokenKeys
  bool said_hello = false;                            ///< ops 100 to 102 are for it
  bool main_kept = false;  ///< logic has put it in the main room too: it stays when the main room changes

  /// Valid until name() is called or the session goes.
  std::string_view key() const { return names.get(0); }
  std::string_view device() const { return names.get(1); }
  void name(std::string_view key, std::string_view device) { names = PackedText<2>({key, device}); }
};

/// Bytes received but not yet used up. Exists only while there are some.
struct Input {
  std::string bytes;
  std::unique_ptr<ws::Decoder> decoder;  ///< WebSocket, only inside a frame or a fragmented message
  std::size_t skip = 0;                  ///< TCP: so many bytes of a request that was too large are yet to come
  // Of the upgrade, until the auth has been asked:
  std::string cookie;
  std::string unchecked_origin;
  std::string greeting;  ///< of logic, until the login is answered

  bool nothing_kept() const {
    return bytes.empty() && !decoder && skip == 0 && cookie.empty() && unchecked_origin.empty() && greeting.empty();
  }
};

/// One client connection. Lives in the slab of its worker; small, because idle ones are many (docs/figures.md has its
/// bytes).
struct Connection {
  int fd = -1;
  std::uint32_t generation = 1;
  Phase phase = Phase::kFree;
  Transport transport = Transport::kTcp;
  std::int16_t reply_version = 1;  ///< of the request under way
  bool secure : 1 = false;         ///< inside TLS: its channel is in SecureSockets
  bool single_frames : 1 = false;  ///< takes one frame per write: never gathered
  bool want_write : 1 = false;     ///< EPOLLOUT is set
  bool paused : 1 = false;         ///< EPOLLIN is cleared: one request under way, or replies not read
  bool ended : 1 = false;          ///< while paused: the peer sends nothing more; what it sent is yet to be read
  bool busy : 1 = false;           ///< a request of this client is being answered by somebody else
  bool traced : 1 = false;         ///< somebody reads what it does (Tracer)
  bool dirty : 1 = false;          ///< outbox gathers; written at the end of the turn
  bool counted : 1 = false;        ///< as a connection of its address
  bool refused : 1 = false;        ///< its login was, one of too many: told when the deadline is over
  bool over_limit : 1 = false;     ///< accepted to be told so: closed once it speaks WebSocket
  bool probed : 1 = false;         ///< asked whether it is there, and nothing has come since
  bool fin : 1 = false;            ///< while lingering: our side ends as soon as everything is written
  bool deflate : 1 = false;        ///< permessage-deflate was agreed
  std::uint32_t ip = 0;            ///< handle in the IpTable
  std::int32_t reply_op = 0;
  std::int32_t reply_seq = 0;
  TimePoint messages{};  ///< when its bucket of messages is full again
  WheelLink wheel;
  const Dialect* dialect = nullptr;
  UserShare* user = nullptr;       ///< of its session; null without limits per user
  std::optional<Session> session;  ///< in the row: nearly every connection has one
  std::unique_ptr<Input> input;
  std::unique_ptr<Outbox> outbox;
};

}  // namespace im::comet
