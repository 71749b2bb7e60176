#include "common/client/frames.hpp"

#include <gtest/gtest.h>

namespace im::client {
namespace {

constexpr std::size_t kLimit = 100;

/// "op:body " for every packet that can be had now.
std::string read_all(PacketReader& reader) {
  std::string out;
  while (const auto packet = reader.next()) out += std::to_string(packet->op) + ":" + std::string(packet->body) + " ";
  return out;
}

TEST(Frames, TokenLeavesEmptyMembersOut) {
  EXPECT_EQ(token_json({}), R"({"mid":0})");
  EXPECT_EQ(token_json({5, "k\"", "live://1", "web", {1000, 1001}}),
            R"({"mid":5,"key":"k\"","room_id":"live://1","platform":"web","accepts":[1000,1001]})");
  Identity proven;
  proven.token = "a.b.c";
  EXPECT_EQ(token_json(proven), R"({"token":"a.b.c"})");
}

TEST(Frames, PacketIsGoims) {
  using namespace std::string_literals;
  EXPECT_EQ(packet(2, 7, "x"), "\0\0\0\x11\0\x10\0\x01\0\0\0\x02\0\0\0\x07x"s);
}

TEST(PacketReader, StreamInAnyPieces) {
  const std::string bytes = packet(1000, 0, "one") + packet(3, 1) + packet(1001, 0, "two");
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    PacketReader reader(Transport::kTcp, kLimit);
    std::string seen;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      reader.feed(std::string_view(bytes).substr(at, size));
      seen += read_all(reader);
    }
    EXPECT_EQ(seen, "1000:one 3: 1001:two ");
  }
}

TEST(PacketReader, Op9IsUnwrappedOnWebSocketOnly) {
  const std::string batch = packet(wire::kOpRaw, 0, packet(1000, 0, "one") + packet(1000, 0, "two"));
  PacketReader ws(Transport::kWebSocket, kLimit);
  ws.feed(batch);
  EXPECT_EQ(read_all(ws), "1000:one 1000:two ");
  PacketReader tcp(Transport::kTcp, kLimit);
  tcp.feed(batch);
  EXPECT_EQ(tcp.next()->op, wire::kOpRaw);
}

TEST(PacketReader, Op9WithAnotherBodyIsAnOrdinaryPush) {
  PacketReader reader(Transport::kWebSocket, kLimit);
  reader.feed(packet(wire::kOpRaw, 0, "text"));
  reader.feed(packet(wire::kOpRaw, 0));
  reader.feed(packet(wire::kOpRaw, 0, packet(1, 0, "whole") + "rest"));
  EXPECT_EQ(reader.next()->body, "text");
  EXPECT_EQ(reader.next()->body, "");
  EXPECT_EQ(reader.next()->op, wire::kOpRaw);
}

TEST(PacketReader, FaultsEndIt) {
  PacketReader tcp(Transport::kTcp, kLimit);
  tcp.feed("HTTP/1.1 400 Bad Request\r\n");
  EXPECT_FALSE(tcp.next());
  EXPECT_EQ(tcp.error(), "what arrived is not goim v2 (bad_header_length)");
  PacketReader ws(Transport::kWebSocket, kLimit);
  ws.feed(packet(1, 0) + "x");
  EXPECT_FALSE(ws.next());
  EXPECT_EQ(ws.error(), "what arrived is not goim v2 (length_mismatch)");
  PacketReader big(Transport::kTcp, kLimit);
  big.feed(packet(1, 0, std::string(kLimit + 1, 'x')));
  EXPECT_FALSE(big.next());
  EXPECT_FALSE(big.error().empty());
}

}  // namespace
}  // namespace im::client
