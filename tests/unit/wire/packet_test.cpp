#include "common/wire/packet.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace im::wire {
namespace {

/// Bytes from hex digits; spaces are for the reader.
std::string hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string packed(const Packet& packet) {
  std::string bytes;
  append_packet(bytes, packet);
  return bytes;
}

struct Vector {
  const char* hex;
  Packet packet;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = {
      {"00000013 0010 0001 00000007 00000001 313233", {1, kOpAuth, 1, "123"}},
      {"00000010 0010 0001 00000002 00000001", {1, kOpHeartbeat, 1, ""}},
      {"00000014 0010 0001 00000003 00000001 00000005", {1, kOpHeartbeatReply, 1, std::string_view("\0\0\0\5", 4)}},
      {"00000010 0010 0001 00000008 00000001", {1, kOpAuthReply, 1, ""}},
      {"00000011 0010 0000 000003e8 ffffffff 78", {0, 1000, -1, "x"}},
      {"00000010 0010 ffff 80000000 7fffffff", {-1, INT32_MIN, INT32_MAX, ""}},
  };
  return all;
}

void expect_same(const Packet& got, const Packet& wanted) {
  EXPECT_EQ(got.version, wanted.version);
  EXPECT_EQ(got.op, wanted.op);
  EXPECT_EQ(got.seq, wanted.seq);
  EXPECT_EQ(got.body, wanted.body);
}

TEST(PacketTest, WritesWhatGoimWrites) {
  for (const auto& vector : vectors()) EXPECT_EQ(packed(vector.packet), hex(vector.hex)) << vector.hex;
}

TEST(PacketTest, AppendsBehindWhatIsThere) {
  std::string bytes = "before";
  append_packet(bytes, {1, kOpAuth, 1, "123"});
  EXPECT_EQ(bytes, "before" + hex("00000013 0010 0001 00000007 00000001 313233"));
}

TEST(PacketTest, HeaderAloneCountsABodyThatFollowsElsewhere) {
  std::string header(kHeaderSize, '\xff');
  write_header(header.data(), 70000, {1, kOpRaw, 0, ""});
  EXPECT_EQ(header, hex("00011180 0010 0001 00000009 00000000"));
}

TEST(PacketTest, ReadsThemFromAStreamAndFromAMessage) {
  for (const auto& vector : vectors()) {
    const std::string bytes = hex(vector.hex);
    for (const Parsed& parsed : {parse_stream(bytes, kMaxBodyV2), parse_message(bytes, kMaxBodyV2)}) {
      ASSERT_EQ(parsed.status, ParseStatus::kPacket) << vector.hex;
      EXPECT_EQ(parsed.consumed, bytes.size());
      expect_same(parsed.packet, vector.packet);
    }
  }
}

TEST(PacketTest, AStreamGivesThePacketsOneByOne) {
  std::string stream;
  for (const auto& vector : vectors()) stream += hex(vector.hex);
  std::string_view rest = stream;
  for (const auto& vector : vectors()) {
    const Parsed parsed = parse_stream(rest, kMaxBodyV2);
    ASSERT_EQ(parsed.status, ParseStatus::kPacket);
    expect_same(parsed.packet, vector.packet);
    rest.remove_prefix(parsed.consumed);
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(parse_stream(rest, kMaxBodyV2).status, ParseStatus::kNeedMore);
}

TEST(PacketTest, EveryPrefixOfAStreamNeedsMore) {
  const std::string bytes = packed({1, kOpSend, 9, "a body of some bytes"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Parsed parsed = parse_stream(std::string_view(bytes).substr(0, size), kMaxBodyV2);
    EXPECT_EQ(parsed.status, ParseStatus::kNeedMore) << size;
    EXPECT_EQ(parsed.consumed, 0U);
  }
}

TEST(PacketTest, EveryPrefixOfAMessageIsRefused) {
  const std::string bytes = packed({1, kOpSend, 9, "a body"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto wanted = size < kHeaderSize ? ParseStatus::kTooShort : ParseStatus::kLengthMismatch;
    EXPECT_EQ(parse_message(std::string_view(bytes).substr(0, size), kMaxBodyV2).status, wanted) << size;
  }
}

TEST(PacketTest, AMessageWithMoreThanItsPacketIsRefused) {
  const std::string bytes = packed({1, kOpHeartbeat, 1, ""});
  EXPECT_EQ(parse_message(bytes + "x", kMaxBodyV2).status, ParseStatus::kLengthMismatch);
  EXPECT_EQ(parse_message(bytes + bytes, kMaxBodyV2).status, ParseStatus::kLengthMismatch);
}

struct Fault {
  const char* header;
  ParseStatus status;
};

class FaultTest : public testing::TestWithParam<Fault> {};

TEST_P(FaultTest, IsFoundInTheHeaderAloneAndInAMessage) {
  const std::string bytes = hex(GetParam().header);
  ASSERT_EQ(bytes.size(), kHeaderSize);
  EXPECT_EQ(parse_stream(bytes, kMaxBodyV2).status, GetParam().status);
  EXPECT_EQ(parse_message(bytes, kMaxBodyV2).status, GetParam().status);
  EXPECT_EQ(parse_stream(std::string_view(bytes).substr(0, 15), kMaxBodyV2).status, ParseStatus::kNeedMore);
}

INSTANTIATE_TEST_SUITE_P(Headers, FaultTest,
                         testing::Values(Fault{"00000010 0000 0001 00000002 00000001", ParseStatus::kBadHeaderLength},
                                         Fault{"00000010 000f 0001 00000002 00000001", ParseStatus::kBadHeaderLength},
                                         Fault{"00000011 0011 0001 00000002 00000001", ParseStatus::kBadHeaderLength},
                                         Fault{"00000010 1000 0001 00000002 00000001", ParseStatus::kBadHeaderLength},
                                         Fault{"00000010 8010 0001 00000002 00000001", ParseStatus::kBadHeaderLength},
                                         Fault{"00000000 0010 0001 00000002 00000001", ParseStatus::kTooShort},
                                         Fault{"0000000f 0010 0001 00000002 00000001", ParseStatus::kTooShort},
                                         Fault{"ffffffff 0010 0001 00000002 00000001", ParseStatus::kTooShort},
                                         Fault{"80000000 0010 0001 00000002 00000001", ParseStatus::kTooShort},
                                         Fault{"80000010 0010 0001 00000002 00000001", ParseStatus::kTooShort},
                                         Fault{"00001011 0010 0001 00000002 00000001", ParseStatus::kTooLong},
                                         Fault{"7fffffff 0010 0001 00000002 00000001", ParseStatus::kTooLong}));

TEST(PacketTest, TheLimitIsOfTheBody) {
  for (const std::size_t limit : {std::size_t{0}, kMaxBodyV1, kMaxBodyV2}) {
    const std::string fits = packed({1, kOpSend, 1, std::string(limit, 'x')});
    const std::string over = packed({1, kOpSend, 1, std::string(limit + 1, 'x')});
    EXPECT_EQ(parse_stream(fits, limit).status, ParseStatus::kPacket) << limit;
    EXPECT_EQ(parse_message(fits, limit).status, ParseStatus::kPacket) << limit;
    EXPECT_EQ(parse_stream(over, limit).status, ParseStatus::kTooLong) << limit;
    EXPECT_EQ(parse_message(over, limit).status, ParseStatus::kTooLong) << limit;
  }
}

TEST(PacketTest, EveryStatusHasAName) {
  for (const auto status : {ParseStatus::kPacket, ParseStatus::kNeedMore, ParseStatus::kBadHeaderLength,
                            ParseStatus::kTooShort, ParseStatus::kTooLong, ParseStatus::kLengthMismatch}) {
    EXPECT_STRNE(to_string(status), "unknown");
  }
}

}  // namespace
}  // namespace im::wire
