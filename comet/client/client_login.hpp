#pragma once

#include <cstdint>

#include "comet/client/client_gate.hpp"
#include "comet/client/conversation.hpp"
#include "comet/ports.hpp"
#include "comet/room/membership.hpp"

namespace im::comet {

/// From op 7 to an open session: asks logic, puts the session into its room, answers when the router knows the room
/// (docs/protocol.md "Session"). One worker.
class ClientLogin {
 public:
  ClientLogin(ConnectionIo& io, Membership& membership, ControlPort& control, Edge& edge, ClientGate& gate,
              Conversation& conversation, std::uint32_t poll_ticks)
      : io_(io),
        membership_(membership),
        control_(control),
        edge_(edge),
        gate_(gate),
        conversation_(conversation),
        poll_ticks_(poll_ticks) {}

  void begin(std::uint32_t place, const wire::Packet& packet);
  void on_result(ConnId conn, Result<ConnectGrant> result);
  void on_room_ready(std::uint32_t place);

 private:
  void on_refused(std::uint32_t place, Error::Code code);
  void make_session(std::uint32_t place, ConnectGrant& grant);
  void open(std::uint32_t place);

  ConnectionIo& io_;
  Membership& membership_;
  ControlPort& control_;
  Edge& edge_;
  ClientGate& gate_;
  Conversation& conversation_;
  const std::uint32_t poll_ticks_;  ///< without a call such a session ends
};

}  // namespace im::comet
