#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "comet/client/client_gate.hpp"
#include "comet/client/client_login.hpp"
#include "comet/client/client_probe.hpp"
#include "comet/client/client_reader.hpp"
#include "comet/client/client_requests.hpp"
#include "comet/client/client_upgrade.hpp"
#include "comet/client/conversation.hpp"
#include "comet/client/http_door.hpp"
#include "comet/connection/connection_io.hpp"
#include "comet/ports.hpp"
#include "comet/room/membership.hpp"
#include "common/base/repeat.hpp"
#include "common/http/ws_upgrade.hpp"

namespace im::comet {

struct ProtocolConfig {
  PerFamily<std::uint32_t> handshake_ticks{32, 20, 32};
  ws::UpgradeRules upgrade;
  std::vector<std::string> page_origins;                          ///< of old pages, which prove nothing; empty = any
  Rate messages;                                                  ///< of one connection
  std::uint32_t poll_ticks = 90 * ConnectionIo::kTicksPerSecond;  ///< without a call a long-poll session ends
  std::size_t max_reply_backlog = 16 * 1024;  ///< replies a client has not read: over it we stop reading from it
};

/// A client as its worker sees it (docs/protocol.md "Session"): its bytes go through ClientReader, what they say goes
/// to ClientLogin and ClientRequests, and how the connection ends is said here. One request of a connection is answered
/// at a time. One worker.
class ClientProtocol final : public ConnectionIo::Listener {
 public:
  ClientProtocol(ProtocolConfig config, ConnectionIo& io, Membership& membership, ControlPort& control, Edge& edge);

  void set_http(HttpDoor& door) { http_ = &door; }
  /// From here on: of one connection, and of the upgrades of all but old pages.
  void set_limits(Rate messages, const std::vector<std::string>& origins) {
    gate_.set_messages(messages);
    upgrade_.set_origins(origins);
  }
  void on_accepted(std::uint32_t place);
  /// A message of a client without a socket (Transport::kPoll), which is not busy.
  void on_message(std::uint32_t place, std::string_view message);
  /// An HTTP request has been answered: the connection's next one may come.
  void http_answered(std::uint32_t place) { continue_reading(place); }
  void on_connect_result(ConnId conn, Result<ConnectGrant> result) { login_.on_result(conn, std::move(result)); }
  void on_receive_result(ConnId conn, const ReceiveAnswer& answer) { requests_.on_answer(conn, answer); }
  void on_room_ready(const std::string& room);

  void on_data(std::uint32_t place, std::span<char> data) override;
  void on_deadline(std::uint32_t place) override;
  void on_peer_ended(std::uint32_t place) override;
  void on_drained(std::uint32_t place) override;
  void on_closing(std::uint32_t place, CloseReason reason) override;
  void on_released(std::uint32_t place) override;

 private:
  bool live(ConnId id) { return io_.place_of(id) != ConnectionSlab::kNoPlace; }
  /// Takes what it can from the front of `data`; what is left needs more bytes or the end of a running request.
  void consume(std::uint32_t place, std::span<char>& data);
  void continue_reading(std::uint32_t place);
  void while_lingering(std::uint32_t place, std::span<const char> data);
  void keep(std::uint32_t place, std::span<const char> data);
  bool close_if_left(std::uint32_t place, std::string_view behind);
  bool may_read(std::uint32_t place);
  bool has_backlog(const Connection& connection) const;
  Reading reading_of(std::uint32_t place);

  void on_event(std::uint32_t place, const ClientReader::Event& event);
  void on_proxy(std::uint32_t place, const ClientReader::Event& event);
  void on_http(std::uint32_t place, const ClientReader::Event& event);
  void on_ping(std::uint32_t place, const ClientReader::Event& event);
  void on_fault(std::uint32_t place, const ClientReader::Event& event);
  void on_too_large(std::uint32_t place, const ClientReader::Event& event);
  void on_packet(std::uint32_t place, const wire::Packet& packet);

  ws::Inflater inflater_;
  ProtocolConfig config_;
  ConnectionIo& io_;
  Membership& membership_;
  ControlPort& control_;
  Edge& edge_;
  ClientGate gate_;
  Conversation conversation_;
  ClientLogin login_;
  ClientRequests requests_;
  ClientUpgrade upgrade_;
  ClientProbe probe_;
  HttpDoor* http_ = nullptr;
  Repeat bad_proxy_headers_;
};

}  // namespace im::comet
