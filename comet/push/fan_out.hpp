#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "comet/connection/connection_io.hpp"
#include "comet/push/rendered_push.hpp"
#include "comet/room/membership.hpp"
#include "comet/room/room_sweep.hpp"
#include "comet/wire/delivery.hpp"

namespace im::comet {

/// Brings the deliveries of the push stream to the connections of one worker: single sessions at once, rooms and
/// broadcasts merged and in turns of bounded size, so that one room cannot starve others. Broadcasts with a speed have
/// a lane of their own: they hold nobody up and have no order with the others.
class FanOut {
 public:
  FanOut(std::uint8_t worker, std::uint32_t turn, ConnectionIo& io, RoomTable& rooms, RoomSweeps& sweeps,
         Membership& membership)
      : worker_(worker), turn_(turn), io_(io), rooms_(rooms), sweeps_(sweeps), membership_(membership) {}

  /// Takes this worker's part of a batch. The batch's token is kept only by rooms over their bound.
  void apply(const DeliveryBatch& batch, TimePoint now);
  /// To single connections of this worker, queued until the caller flushes; how many took it.
  std::int32_t push_now(const PushMessage& message, const std::vector<ConnId>& conns);
  /// One turn: starts due sweeps and visits up to `turn` connections of each. True: more to do at once.
  bool run_turn(TimePoint now);
  /// When run_turn has work again; nullopt = not before the next apply().
  std::optional<TimePoint> next_due() const;
  void expire(TimePoint now);

 private:
  static constexpr std::uint32_t kAllRoom = 0xfffffffe;
  static constexpr std::uint32_t kPacedRoom = 0xfffffffd;  ///< everybody too, apart: it takes as long as it is told to
  static bool everybody(std::uint32_t room) { return room == kAllRoom || room == kPacedRoom; }

  struct Sweep {
    std::uint32_t room = 0;
    std::vector<PushMessage> messages;
    RenderedPush frames;  ///< of `messages`
    PushClass kind = PushClass::kPush;
    bool for_all_members = false;  ///< of the room: nobody need be asked
    bool asked = false;            ///< somebody asks about one of them
    std::uint32_t position = 0;
    std::uint32_t end = 0;
    std::int32_t speed = 0;
    TimePoint started;
    Duration spent{};
  };

  void to_many(std::uint32_t room, const PushDelivery& delivery, const TokenRef& token, TimePoint now);
  void overflowed(std::uint32_t room, const RoomSweeps::Dropped& dropped);
  std::vector<ConnId> members_of(std::uint32_t room) const;
  void close_missed();
  void to_sessions(const PushDelivery& delivery, bool gather);
  std::int32_t to_conns(const std::vector<ConnId>& conns, RenderedPush& push, bool gather);
  bool to_session(std::uint32_t place, RenderedPush& push, bool gather);
  bool takes(std::uint32_t place, const PushMessage& message, bool room);
  void look_up(const PushDelivery& delivery, RenderedPush& push);
  void start(RoomSweeps::Batch batch, TimePoint now);
  void visit_room(Sweep& sweep, std::uint32_t until);
  void visit_all(Sweep& sweep, std::uint32_t until);
  void write_wanted(Sweep& sweep, std::uint32_t place);
  void write_all(Sweep& sweep, std::uint32_t place);
  template <class Takes>
  void write_singles(Sweep& sweep, std::uint32_t place, Takes takes);
  std::uint32_t allowed_until(const Sweep& sweep, TimePoint now) const;
  void count(Sent sent, std::size_t messages);
  void finish(const Sweep& sweep, TimePoint now);

  std::uint8_t worker_;
  std::uint32_t turn_;
  ConnectionIo& io_;
  RoomTable& rooms_;
  RoomSweeps& sweeps_;
  Membership& membership_;
  ws::Deflater deflater_;
  std::deque<Sweep> running_;
  std::deque<ConnId> missed_;  ///< members of rooms that dropped something: closed in turns, so that they come again
};

}  // namespace im::comet
