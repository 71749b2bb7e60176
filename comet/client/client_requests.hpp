#pragma once

#include <cstdint>
#include <string>

#include "comet/client/conversation.hpp"
#include "comet/ports.hpp"
#include "comet/room/membership.hpp"
#include "comet/wire/request.hpp"

namespace im::comet {

/// What an authenticated client may ask: one method for each Request of its dialect's rows. One worker.
class ClientRequests {
 public:
  ClientRequests(ConnectionIo& io, Membership& membership, ControlPort& control, Edge& edge, Conversation& conversation)
      : io_(io), membership_(membership), control_(control), edge_(edge), conversation_(conversation) {}

  void on_packet(std::uint32_t place, const wire::Packet& packet);
  /// Of a dialect that is not strict: most have nothing to say to it.
  void before_login(std::uint32_t place, const wire::Packet& packet);
  /// Of a request whose body was over `most` bytes: 4413, and the connection goes on.
  void refuse_large(std::uint32_t place, const wire::Packet& packet, std::size_t most);
  /// The answer to what was forwarded.
  void on_answer(ConnId conn, const ReceiveAnswer& answer);
  /// The router knows the main room that was asked for.
  void on_room_ready(std::uint32_t place, const std::string& room);

 private:
  struct Asked {
    std::uint32_t place;
    const wire::Packet& packet;
    const RequestRow& row;
  };
  using Handler = void (ClientRequests::*)(const Asked& asked);
  static Handler handler_of(Request request);

  void heartbeat(const Asked& asked);
  void online(const Asked& asked);
  void beat(const Asked& asked);
  void echo(const Asked& asked);
  void say(const Asked& asked);
  void batch(const Asked& asked);
  void change_room(const Asked& asked);
  void subscribe(const Asked& asked);
  void unsubscribe(const Asked& asked);
  void forward(const Asked& asked);
  void close(const Asked& asked);

  void answer(const Asked& asked, std::string_view body);
  Caller caller_of(std::uint32_t place);
  void change_session(std::uint32_t place, const ReceiveAnswer& answer);

  ConnectionIo& io_;
  Membership& membership_;
  ControlPort& control_;
  Edge& edge_;
  Conversation& conversation_;
};

}  // namespace im::comet
