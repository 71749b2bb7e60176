#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "comet/connection/connection_io.hpp"
#include "comet/ports.hpp"
#include "comet/room/membership.hpp"
#include "common/base/repeat.hpp"
#include "common/http/ws_upgrade.hpp"
#include "common/wire/packet.hpp"
#include "common/ws/decoder.hpp"

namespace im::comet {

struct ProtocolConfig {
  std::uint32_t handshake_ticks = 32;
  std::uint32_t v1_handshake_ticks = 20;
  ws::UpgradeRules upgrade;
  Rate messages;                              ///< of one connection
  std::size_t max_reply_backlog = 16 * 1024;  ///< replies a client has not read: over it we stop reading from it
};

/// goim as clients see it (docs/protocol.md "Session", "Goim v1"): from bytes to requests, from answers to replies. One
/// request of a connection is answered at a time, so replies keep the order of requests. One worker.
class ClientProtocol final : public ConnectionIo::Listener {
 public:
  ClientProtocol(ProtocolConfig config, ConnectionIo& io, Membership& membership, ControlPort& control, Edge& edge)
      : config_(std::move(config)), io_(io), membership_(membership), control_(control), edge_(edge) {}

  void on_accepted(std::uint32_t slot);
  void on_connect_result(ConnId conn, Result<ConnectGrant> result);
  void on_receive_result(ConnId conn, const ReceiveAnswer& answer);
  void on_room_ready(const std::string& room);

  void on_data(std::uint32_t slot, std::span<char> data) override;
  void on_deadline(std::uint32_t slot) override;
  void on_peer_ended(std::uint32_t slot) override;
  void on_drained(std::uint32_t slot) override;
  void on_closing(std::uint32_t slot, CloseReason reason) override;
  void on_released(std::uint32_t slot) override;

 private:
  using Handler = void (ClientProtocol::*)(std::uint32_t slot, const wire::Packet& packet);
  static Handler handler_of(std::int32_t op);

  bool live(ConnId id) { return io_.slot_of(id) != ConnectionSlab::kNoSlot; }
  /// Takes what it can from the front of `data`; what is left needs more bytes or the end of a running request.
  void consume(std::uint32_t slot, std::span<char>& data);
  bool consume_proxy_header(std::uint32_t slot, std::span<char>& data);
  bool consume_upgrade(std::uint32_t slot, std::span<char>& data);
  void keep_headers(Connection& connection, ws::UpgradeResult result);
  bool consume_packet(std::uint32_t slot, std::span<char>& data);
  bool consume_frame(std::uint32_t slot, ws::Decoder& decoder, std::span<char>& data);
  void consume_websocket(std::uint32_t slot, std::span<char>& data);
  void continue_reading(std::uint32_t slot);
  void keep(std::uint32_t slot, std::span<const char> data);

  void on_packet(std::uint32_t slot, const wire::Packet& packet);
  void on_auth(std::uint32_t slot, const wire::Packet& packet);
  void on_connect_refused(std::uint32_t slot, Error::Code code);
  void on_v1_request(std::uint32_t slot, const wire::Packet& packet);
  void on_heartbeat(std::uint32_t slot, const wire::Packet& packet);
  void renew_deadline(std::uint32_t slot);
  void set_end(Session& session, std::chrono::milliseconds expires_in);  ///< 0 = it does not end by itself
  void on_batch(std::uint32_t slot, const wire::Packet& packet);
  void on_change_room(std::uint32_t slot, const wire::Packet& packet);
  void on_subscribe(std::uint32_t slot, const wire::Packet& packet);
  void on_unsubscribe(std::uint32_t slot, const wire::Packet& packet);
  void on_other(std::uint32_t slot, const wire::Packet& packet);

  void begin_request(std::uint32_t slot, const wire::Packet& packet, std::int32_t reply_op);
  void end_request(std::uint32_t slot, std::string_view body);
  void open(std::uint32_t slot);
  void reply(std::uint32_t slot, const wire::Packet& packet);
  SessionRecord record_of(std::uint32_t slot);

  // Limits, in client_limits.cpp; true: the connection was closed.
  bool address_refused(std::uint32_t slot);
  bool auth_refused(std::uint32_t slot);
  bool user_refused(std::uint32_t slot, std::size_t replaced);
  bool packet_refused(std::uint32_t slot, const wire::Packet& packet);
  bool message_refused(std::uint32_t slot, std::uint32_t cost = 1);
  bool refuse(std::uint32_t slot, const Admission& admission);

  ProtocolConfig config_;
  ConnectionIo& io_;
  Membership& membership_;
  ControlPort& control_;
  Edge& edge_;
  Repeat bad_proxy_headers_;
};

}  // namespace im::comet
