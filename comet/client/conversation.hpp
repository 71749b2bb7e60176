#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "comet/connection/connection_io.hpp"
#include "common/wire/packet.hpp"

namespace im::comet {

/// What is said to clients in answer, and the one request of a connection that somebody else is answering: until it
/// has ended nothing more is read from this client, so replies keep the order of requests. One worker.
class Conversation {
 public:
  /// `go_on`: the request has ended, what the client sent meanwhile may be read.
  Conversation(ConnectionIo& io, std::function<void(std::uint32_t place)> go_on) : io_(io), go_on_(std::move(go_on)) {}

  void begin(std::uint32_t place, const wire::Packet& request, std::int32_t reply_op);
  /// Answers it. The connection may be gone afterwards.
  void end(std::uint32_t place, std::string_view body);
  void reply(std::uint32_t place, const wire::Packet& packet);

  bool live(ConnId id) { return io_.place_of(id) != ConnectionSlab::kNoPlace; }

 private:
  ConnectionIo& io_;
  std::function<void(std::uint32_t place)> go_on_;
};

/// The session ends by itself then (0 = it does not) ...
void set_session_end(ConnectionIo& io, Session& session, std::chrono::milliseconds expires_in);
/// ... or when no heartbeat comes: sets the deadline to whichever is first.
void renew_deadline(ConnectionIo& io, std::uint32_t place);
std::uint32_t ticks_of(std::chrono::milliseconds time);
/// "tcp", "ws" or "poll", as logic and hooks are told.
const char* transport_name(const Connection& connection);

}  // namespace im::comet
