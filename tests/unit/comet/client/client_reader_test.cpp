#include "comet/client/client_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/ws/frame.hpp"

namespace im::comet {
namespace {

using Kind = ClientReader::Kind;

std::string goim_packet(std::int32_t op, std::string_view body = {}) {
  std::string out;
  wire::append_packet(out, {.version = 1, .op = op, .seq = 1, .body = body});
  return out;
}

std::string client_frame(const std::string& payload, char first = '\x82') {
  std::string out(1, first);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += '\xfe';
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  }
  return out + std::string(4, '\0') + payload;
}

Reading reading(Transport transport, std::size_t max_body = 4096, Phase phase = Phase::kOpen) {
  return {phase, transport, &Dialect::kV2, max_body};
}

/// Kinds and bodies: "packet 2:abc", until the reader wants more or has found a fault.
std::vector<std::string> read(const std::string& bytes, const Reading& how, std::size_t chunk = SIZE_MAX) {
  std::vector<std::string> seen;
  std::string kept;
  ClientReader::Partial partial;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min(chunk, bytes.size() - at);
    kept += bytes.substr(at, size);
    at += size;
    std::span<char> data(kept);
    ClientReader reader(std::move(partial));
    for (;;) {
      const auto event = reader.next(data, how);
      if (event.kind == Kind::kNeedMore) break;
      if (event.kind == Kind::kPacket)
        seen.push_back("packet " + std::to_string(event.packet.op) + ":" + std::string(event.packet.body));
      if (event.kind == Kind::kTooLarge)
        seen.push_back("too large " + std::to_string(event.packet.op) + ":" + std::to_string(event.size));
      if (event.kind == Kind::kPing) seen.push_back("ping " + std::string(event.bytes));
      if (event.kind == Kind::kPong) seen.emplace_back("pong");
      if (event.kind == Kind::kClose) seen.emplace_back("close");
      if (event.kind != Kind::kFault) continue;
      seen.push_back(std::string("fault ") + info(event.reason).label + " " + event.why);
      return seen;
    }
    partial = std::move(reader).partial();
    kept = std::string(data.data(), data.size());
  }
  return seen;
}

using Lines = std::vector<std::string>;

TEST(ClientReader, TheSameEventsInPiecesOfAnySize) {
  const std::string tcp = goim_packet(2) + goim_packet(100, "{}") + goim_packet(4, std::string(300, 'x'));
  const std::string ws = client_frame(goim_packet(2)) + client_frame("p", '\x89') + client_frame("", '\x8a') +
                         client_frame(goim_packet(4, std::string(300, 'x'))) + client_frame("", '\x88');
  const Lines of_tcp{"packet 2:", "packet 100:{}", "packet 4:" + std::string(300, 'x')};
  const Lines of_ws{"packet 2:", "ping p", "pong", "packet 4:" + std::string(300, 'x'), "close"};
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{100}, SIZE_MAX}) {
    EXPECT_EQ(read(tcp, reading(Transport::kTcp), chunk), of_tcp) << chunk;
    EXPECT_EQ(read(ws, reading(Transport::kWebSocket), chunk), of_ws) << chunk;
  }
}

// covers P03
TEST(ClientReader, ABodyOverTheLimitOfItsTimeIsAFaultOnBothTransports) {
  const std::string fits = goim_packet(4, std::string(100, 'x')), over = goim_packet(4, std::string(101, 'x'));
  EXPECT_EQ(read(fits, reading(Transport::kTcp, 100)).size(), 1U);
  EXPECT_EQ(read(over, reading(Transport::kTcp, 100)), (Lines{"fault bad_packet too_long"}));
  EXPECT_EQ(read(client_frame(fits), reading(Transport::kWebSocket, 100)).size(), 1U);
  EXPECT_EQ(read(client_frame(over), reading(Transport::kWebSocket, 100)), (Lines{"fault bad_frame message too big"}));
}

TEST(ClientReader, ATooLargeMessageIsRefusedBeforeItIsHeld) {
  // The head of a frame that announces 5,000 bytes: nothing of them has come.
  const std::string head("\x82\xfe\x13\x88\0\0\0\0", 8);
  EXPECT_EQ(read(head, reading(Transport::kWebSocket, 4096, Phase::kAuth)), (Lines{"fault bad_frame message too big"}));
  EXPECT_EQ(read(head, reading(Transport::kWebSocket, 65536)), Lines{});
}

/// After hello.
Reading refusing(Transport transport, std::size_t max_body, std::size_t max_refused) {
  Reading how = reading(transport, max_body);
  how.max_refused = max_refused;
  return how;
}

// covers R03
TEST(ClientReader, ARequestOverTheLimitIsSaidAndThrownAwayInPiecesOfAnySize) {
  const std::string over = goim_packet(100, std::string(301, 'x')), next = goim_packet(2);
  const Lines wanted{"too large 100:301", "packet 2:", "too large 100:301", "packet 2:"};
  const std::string in_frames = client_frame(over.substr(0, 5), '\x02') + client_frame(over.substr(5, 200), '\x00') +
                                client_frame("", '\x00') + client_frame(over.substr(205), '\x80');
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{100}, SIZE_MAX}) {
    EXPECT_EQ(read(over + next + over + next, refusing(Transport::kTcp, 300, 400), chunk), wanted) << chunk;
    EXPECT_EQ(read(client_frame(over) + client_frame(next) + in_frames + client_frame(next),
                   refusing(Transport::kWebSocket, 300, 400), chunk),
              wanted)
        << chunk;
  }
}

TEST(ClientReader, WhatIsNoRequestOrOverTheHardBoundEndsTheConnectionAsBefore) {
  const Lines tcp{"fault bad_packet too_long"}, ws{"fault bad_frame message too big"};
  for (const std::string& bytes : {goim_packet(4, std::string(301, 'x')), goim_packet(100, std::string(401, 'x'))}) {
    EXPECT_EQ(read(bytes, refusing(Transport::kTcp, 300, 400)), tcp);
    EXPECT_EQ(read(client_frame(bytes), refusing(Transport::kWebSocket, 300, 400)), ws);
  }
  // Its frames say more and more, and no end of it comes.
  std::string endless = client_frame(goim_packet(100, std::string(301, 'x')), '\x02');
  for (int i = 0; i < 2; ++i) endless += client_frame(std::string(60, 'x'), '\x00');
  EXPECT_EQ(read(endless, refusing(Transport::kWebSocket, 300, 400)),
            (Lines{"too large 100:301", "fault bad_frame message too big"}));
  std::string lies = goim_packet(100, "x");  // says 1, and is 301
  lies += std::string(300, 'x');
  EXPECT_EQ(read(client_frame(lies), refusing(Transport::kWebSocket, 300, 400)), ws);
}

TEST(ClientReader, AControlFrameInsideOfWhatIsThrownAwayIsHeard) {
  const std::string over = goim_packet(100, std::string(301, 'x'));
  const std::string frames =
      client_frame(over, '\x02') + client_frame("p", '\x89') + client_frame("more", '\x80') + client_frame("", '\x88');
  EXPECT_EQ(read(frames, refusing(Transport::kWebSocket, 300, 400)), (Lines{"too large 100:301", "ping p", "close"}));
}

TEST(ClientReader, NothingIsCarriedOverBetweenMessages) {
  std::string whole = client_frame(goim_packet(2)), half = whole.substr(0, 9);
  std::span<char> data(whole);
  ClientReader first({});
  EXPECT_EQ(first.next(data, reading(Transport::kWebSocket)).kind, Kind::kPacket);
  EXPECT_TRUE(std::move(first).partial().nothing());
  data = half;
  ClientReader second({});
  EXPECT_EQ(second.next(data, reading(Transport::kWebSocket)).kind, Kind::kNeedMore);
  EXPECT_NE(std::move(second).partial().decoder, nullptr);
  EXPECT_TRUE(data.empty());
}

TEST(ClientReader, AnUpgradeHeadIsOneEventAndWhatFollowsIsSaid) {
  const std::string head = "GET /sub HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const bool early : {false, true}) {
    std::string bytes = head + (early ? "x" : "");
    std::span<char> data(bytes);
    const auto event = ClientReader({}).next(data, reading(Transport::kWebSocket, 4096, Phase::kUpgrade));
    EXPECT_EQ(event.kind, Kind::kUpgrade);
    EXPECT_EQ(event.bytes, head);
    EXPECT_EQ(event.early, early);
    EXPECT_EQ(data.size(), early ? 1U : 0U);
  }
  const std::string endless(8 * 1024 + 1, 'x');
  EXPECT_EQ(read(endless, reading(Transport::kWebSocket, 4096, Phase::kUpgrade)),
            (Lines{"fault bad_upgrade request head too long"}));
}

TEST(ClientReader, TheHeaderOfABalancerNamesTheClient) {
  std::string bytes = "PROXY TCP4 203.0.113.7 10.0.0.1 56789 3101\r\nrest";
  std::span<char> data(bytes);
  const auto event = ClientReader({}).next(data, reading(Transport::kTcp, 4096, Phase::kProxy));
  EXPECT_EQ(event.kind, Kind::kProxy);
  EXPECT_EQ(event.client, parse_ip("203.0.113.7"));
  EXPECT_EQ(std::string(data.data(), data.size()), "rest");
}

}  // namespace
}  // namespace im::comet
