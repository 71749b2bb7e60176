#pragma once

#include <cstdint>

#include "comet/connection/connection_io.hpp"
#include "comet/push/fan_out.hpp"
#include "comet/room/membership.hpp"
#include "comet/wire/direct.hpp"

namespace im::comet {

/// Carries out what a logic asks directly, on the connections of one worker.
class DirectCommands {
 public:
  DirectCommands(std::uint8_t worker, ConnectionIo& io, FanOut& fan_out, Membership& membership)
      : worker_(worker), io_(io), fan_out_(fan_out), membership_(membership) {}

  /// This worker's part of the batch, in order.
  void run(const CommandBatchRef& batch);

 private:
  std::int32_t carry_out(const Kick& kick);
  /// A join holds the batch until the router knows its room.
  void carry_out(const RoomChange& change, const CommandBatchRef& batch, std::size_t command);
  bool close(std::uint32_t place, const Kick& kick);
  std::int32_t close_all_of(const Kick& kick, std::uint16_t token_key);

  std::uint8_t worker_;
  ConnectionIo& io_;
  FanOut& fan_out_;
  Membership& membership_;
};

}  // namespace im::comet
