#pragma once

#include <cstddef>
#include <cstdint>

#include "comet/connection/connection_io.hpp"
#include "comet/edge/edge_limits.hpp"
#include "common/base/rate.hpp"

namespace im::comet {

/// The limits of client connections: who may connect, authenticate and send, and how a refusal is said
/// (docs/security.md "Limits"). What begins with `refuses` closes the connection when it is true. One worker.
class ClientGate {
 public:
  /// `messages`: of one connection.
  ClientGate(Rate messages, ConnectionIo& io, Edge& edge) : messages_(messages), io_(io), edge_(edge) {}

  void set_messages(Rate messages) { messages_ = messages; }
  bool refuses_address(std::uint32_t place);
  bool refuses_auth(std::uint32_t place);
  /// `replaced`: connections of this user that end because of this one.
  bool refuses_user(std::uint32_t place, std::size_t replaced);
  /// `cost`: packets that it is worth.
  bool refuses_message(std::uint32_t place, std::uint32_t cost = 1);
  /// Closes it; WebSocket clients are told the seconds (4008).
  void refuse(std::uint32_t place, const Refusal& refusal);

  /// Its token was refused. True: after too many of its address it is not told at once.
  bool slows_refused(std::uint32_t place);
  void session_ended(std::uint32_t place);
  void released(std::uint32_t place);

 private:
  bool refused(std::uint32_t place, const Admission& admission);

  Rate messages_;
  ConnectionIo& io_;
  Edge& edge_;
};

}  // namespace im::comet
