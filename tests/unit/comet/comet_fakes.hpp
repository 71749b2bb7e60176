#pragma once

#include <array>
#include <fcntl.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "comet/client/client_protocol.hpp"
#include "common/wire/packet.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {

/// Writes down what workers ask for; the test gives the answers.
class FakeControl final : public ControlPort {
 public:
  void ask_connect(ConnectAsk ask) override { connects.push_back(std::move(ask)); }
  void connect_abandoned(ConnId conn) override { abandoned.push_back(conn); }
  void ask_receive(ReceiveAsk ask) override {
    const ConnId conn = ask.caller.conn;
    receives.emplace_back(conn, std::move(ask));
  }
  void session_ended(SessionRecord session) override { ended.push_back(std::move(session)); }
  void room_joined(std::uint8_t, std::string room) override { joined.push_back(std::move(room)); }
  void room_left(std::uint8_t, std::string room) override { left.push_back(std::move(room)); }
  CometInstance self() const override { return {CometNumber(7), InstanceEpoch(70)}; }

  std::vector<ConnectAsk> connects;
  std::vector<std::pair<ConnId, ReceiveAsk>> receives;
  std::vector<SessionRecord> ended;
  std::vector<ConnId> abandoned;
  std::vector<std::string> joined, left;
};

/// One worker's parts without its thread: events are pumped by the test, clients are the other ends of socket pairs.
class WorkerHarness {
 public:
  explicit WorkerHarness(IoConfig config = {}, ProtocolConfig protocol_config = {}, AddressPolicy addresses = {},
                         UserPolicy users = {})
      : edge(std::move(addresses), std::move(users)),
        io(0, config, edge.ips, stats),
        rooms(io.slab()),
        sweeps(SweepConfig{}),
        membership(0, io, rooms, sweeps, control),
        protocol(std::move(protocol_config), io, membership, control, edge) {
    io.set_listener(protocol);
  }
  ~WorkerHarness() {
    for (const int fd : clients_) ::close(fd);
  }
  WorkerHarness(const WorkerHarness&) = delete;
  WorkerHarness& operator=(const WorkerHarness&) = delete;

  /// The client's descriptor; its place is `last_place`.
  int connect(Transport transport, const Dialect& dialect = Dialect::kV2, int type = SOCK_STREAM) {
    return arrive({transport, &dialect}, type);
  }
  int arrive(Arrival arrival, int type = SOCK_STREAM) {
    if (arrival.dialect == nullptr) arrival.dialect = &Dialect::kV2;
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
    clients_.push_back(pair[0]);
    last_place = io.adopt(pair[1], arrival);
    protocol.on_accepted(last_place);
    return pair[0];
  }

  /// Serves events until there are none.
  void pump() {
    std::array<epoll_event, 16> events;
    for (int count = 1; count > 0;) {
      count = ::epoll_wait(io.epoll_fd(), events.data(), static_cast<int>(events.size()), 0);
      for (int i = 0; i < count; ++i) {
        io.on_event(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
      }
    }
  }

  void send(int client, const std::string& bytes) {
    ASSERT_EQ(::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    pump();
  }

  /// What the client has received; empty when nothing.
  static std::string received(int client) {
    std::string all;
    std::array<char, 65536> buffer;
    for (ssize_t size = 1; size > 0;) {
      size = ::recv(client, buffer.data(), buffer.size(), 0);
      if (size > 0) all.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  static bool at_end(int client) {
    char byte = 0;
    return ::recv(client, &byte, 1, MSG_PEEK) == 0;
  }

  /// A TCP client in `room` ("" = none), acknowledged.
  int open_tcp(const std::string& room = "", std::int64_t uid = 1) {
    const int client = connect(Transport::kTcp);
    send(client, packet(wire::kOpAuth, 1, "{}"));
    grant(room, uid);
    if (!room.empty()) protocol.on_room_ready(room);
    EXPECT_EQ(received(client), packet(wire::kOpAuthReply, 1));
    return client;
  }

  /// Answers the last connect.
  void grant(const std::string& room, std::int64_t uid = 1, bool single_frames = false,
             std::chrono::milliseconds expires_in = {}) {
    ConnectGrant answer;
    answer.expires_in = expires_in;
    answer.single_frames = single_frames;
    answer.uid = Uid(uid);
    answer.key = "key-" + std::to_string(uid);
    answer.room = room;
    answer.heartbeat = std::chrono::seconds(240);
    answer.heartbeat_max = 2;
    answer.epoch = SessionEpoch(static_cast<std::uint64_t>(uid));
    const ConnId conn = control.connects.back().conn;
    protocol.on_connect_result(conn, std::move(answer));
  }

  static std::string packet(std::int32_t op, std::int32_t seq, std::string_view body = {}) {
    std::string out;
    wire::append_packet(out, {.version = 1, .op = op, .seq = seq, .body = body});
    return out;
  }

  Edge edge;
  IpTable& ips = edge.ips;
  WorkerStats stats;
  FakeControl control;
  ConnectionIo io;
  RoomTable rooms;
  RoomSweeps sweeps;
  Membership membership;
  ClientProtocol protocol;
  std::uint32_t last_place = 0;

 private:
  std::vector<int> clients_;
};

/// A WebSocket upgrade with more header lines.
inline std::string upgrade_request(const std::string& extra = "") {
  return "GET /sub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
         extra + "\r\n";
}

/// One WebSocket message of a client, up to 125 bytes.
inline std::string masked(const std::string& payload, char first = '\x82') {
  return std::string(1, first) + static_cast<char>(0x80 | payload.size()) + std::string(4, '\0') + payload;
}

/// The first packet of a TCP client.
inline std::string auth() { return WorkerHarness::packet(wire::kOpAuth, 1, "{}"); }

inline std::uint64_t closed_for(const WorkerHarness& worker, CloseReason reason) {
  return worker.stats.closed[static_cast<std::size_t>(reason)].value();
}

}  // namespace im::comet
