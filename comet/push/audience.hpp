#pragma once

#include <span>

#include "comet/connection/connection.hpp"
#include "comet/wire/push_frame.hpp"

namespace im::comet {

/// What a message is to one connection that it could go to.
enum class Wanted : std::uint8_t {
  kYes,
  kExcepted,     ///< meant to be left out: no loss, not counted
  kNotAccepted,  ///< its session did not ask for the op
  kNoHello,      ///< its session has not said hello
};

/// Pure. `room`: it comes by membership, which takes every op of the accepting audience.
Wanted wanted(const Connection& connection, ConnId id, const PushMessage& message, bool room);

/// Every member of a room takes it: nobody need be asked.
bool for_every_member(const PushMessage& message);

/// What messages in one frame are worth together: what must not be missed wins over what may be dropped.
PushClass kind_of(std::span<const PushMessage> messages);

}  // namespace im::comet
