#include "common/ws/decoder.hpp"

#include <gtest/gtest.h>

#include "tests/unit/ws/frames.hpp"

namespace im::ws {
namespace {

const Seen kProtocolFault = fault(CloseCode::kProtocolError);

TEST(DecoderTest, ExamplesOfTheRfc) {
  EXPECT_EQ(decode("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{message(Opcode::kText, "Hello")});
  EXPECT_EQ(decode("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{pong("Hello")});
}

TEST(DecoderTest, PayloadsOfEveryLengthForm) {
  for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 128, 65535, 65536}) {
    std::string payload;
    for (std::size_t i = 0; i < size; ++i) payload += static_cast<char>(i * 7);
    EXPECT_EQ(decode(client_frame(Opcode::kBinary, payload)), Events{message(Opcode::kBinary, payload)}) << size;
  }
}

TEST(DecoderTest, AWholeFrameIsGivenWithoutACopy) {
  std::string bytes = client_frame(Opcode::kBinary, "payload");
  std::span<char> input(bytes);
  Decoder decoder({});
  const auto event = decoder.next(input);
  EXPECT_EQ(event.payload, "payload");
  EXPECT_EQ(event.payload.data(), bytes.data() + 6);
}

TEST(DecoderTest, FragmentsAreJoinedAndControlFramesPassBetweenThem) {
  const std::string stream = client_frame(0x01, "one ") + client_frame(Opcode::kPing, "p") +
                             client_frame(0x00, "two ") + client_frame(Opcode::kPong, "q") + client_frame(0x00, "") +
                             client_frame(0x80, "three") + client_frame(Opcode::kBinary, "next");
  EXPECT_EQ(decode(stream),
            (Events{ping("p"), pong("q"), message(Opcode::kText, "one two three"), message(Opcode::kBinary, "next")}));
}

TEST(DecoderTest, AMessageAfterAFragmentedOneStartsEmpty) {
  const std::string fragmented = client_frame(0x02, "a") + client_frame(0x80, "b");
  EXPECT_EQ(decode(fragmented + fragmented), (Events{message(Opcode::kBinary, "ab"), message(Opcode::kBinary, "ab")}));
}

TEST(DecoderTest, IdleOnlyWhenNothingPartialIsHeld) {
  const std::string first = client_frame(0x02, "ab");
  Decoder decoder({});
  Events events;
  EXPECT_TRUE(decoder.idle());
  for (const char byte : first) {
    feed(decoder, std::string(1, byte), events);
    EXPECT_FALSE(decoder.idle());
  }
  feed(decoder, client_frame(Opcode::kPing, ""), events);
  EXPECT_FALSE(decoder.idle());
  feed(decoder, client_frame(0x80, "c"), events);
  EXPECT_TRUE(decoder.idle());
}

TEST(DecoderTest, EveryReservedBitIsRefused) {
  for (const unsigned rsv : {0x10U, 0x20U, 0x40U, 0x70U}) {
    for (const unsigned opcode : {0x0U, 0x1U, 0x2U, 0x8U, 0x9U, 0xaU}) {
      EXPECT_EQ(decode(client_frame(kFin | rsv | opcode, "")), Events{kProtocolFault}) << rsv << " " << opcode;
    }
  }
}

TEST(DecoderTest, UnknownOpcodesAreRefused) {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    EXPECT_EQ(decode(client_frame(kFin | opcode, "")), Events{kProtocolFault}) << opcode;
    EXPECT_EQ(decode(client_frame(kFin | opcode, "payload")), Events{kProtocolFault}) << opcode;
  }
}

TEST(DecoderTest, AnUnmaskedFrameIsRefused) {
  EXPECT_EQ(decode(frame(Opcode::kText, "Hello")), Events{kProtocolFault});
  EXPECT_EQ(decode(frame(Opcode::kPing, "")), Events{kProtocolFault});
  EXPECT_EQ(decode(close_frame(CloseCode::kNormal)), Events{kProtocolFault});
}

TEST(DecoderTest, FaultsOfTheFirstTwoBytesNeedNoMore) {
  for (const std::string start : {"\xc1\x80", "\x83\x80", "\x81\x05", "\x09\x80", "\x89\xfe", "\x88\xff"}) {
    EXPECT_EQ(decode(start), Events{kProtocolFault}) << testing::PrintToString(start);
  }
}

TEST(DecoderTest, ControlFramesAreFinalAndShort) {
  for (const unsigned opcode : {0x8U, 0x9U, 0xaU}) {
    EXPECT_EQ(decode(client_frame(opcode, "")), Events{kProtocolFault});
    EXPECT_EQ(decode(client_frame(kFin | opcode, std::string(126, 'x'))), Events{kProtocolFault});
    EXPECT_EQ(decode(std::string(1, static_cast<char>(kFin | opcode)) + client_length(5, 16) + "mask12345"),
              Events{kProtocolFault});
  }
  EXPECT_EQ(decode(client_frame(Opcode::kPing, std::string(125, 'x'))), Events{ping(std::string(125, 'x'))});
}

TEST(DecoderTest, ContinuationsNeedAMessageAndMessagesNeedItsEnd) {
  EXPECT_EQ(decode(client_frame(0x80, "x")), Events{kProtocolFault});
  EXPECT_EQ(decode(client_frame(0x00, "x")), Events{kProtocolFault});
  EXPECT_EQ(decode(client_frame(0x01, "x") + client_frame(Opcode::kText, "y")), Events{kProtocolFault});
  EXPECT_EQ(decode(client_frame(0x01, "x") + client_frame(0x02, "y")), Events{kProtocolFault});
  EXPECT_EQ(decode(client_frame(0x01, "x") + client_frame(0x80, "y") + client_frame(0x80, "z")),
            (Events{message(Opcode::kText, "xy"), kProtocolFault}));
}

TEST(DecoderTest, LengthsMustBeInTheirShortestForm) {
  const auto start = [](std::uint64_t size, int form) { return '\x82' + client_length(size, form) + "mask"; };
  for (const std::uint64_t size : {0, 1, 125}) {
    EXPECT_EQ(decode(start(size, 16)), Events{kProtocolFault}) << size;
    EXPECT_EQ(decode(start(size, 64)), Events{kProtocolFault}) << size;
  }
  EXPECT_EQ(decode(start(126, 64)), Events{kProtocolFault});
  EXPECT_EQ(decode(start(0xffff, 64)), Events{kProtocolFault});
  EXPECT_EQ(decode(start(std::uint64_t{1} << 63, 64)), Events{kProtocolFault});
  EXPECT_EQ(decode(start(~std::uint64_t{0}, 64)), Events{kProtocolFault});
}

TEST(DecoderTest, CloseFrames) {
  EXPECT_EQ(decode(client_frame(Opcode::kClose, "")), Events{closed(CloseCode::kNoStatus)});
  EXPECT_EQ(decode(client_frame(Opcode::kClose, "x")), Events{kProtocolFault});
  EXPECT_EQ(decode(client_close(1001, "bye")), Events{closed(CloseCode::kGoingAway, "bye")});
  const std::string longest(123, 'r');
  EXPECT_EQ(decode(client_close(1000, longest)), Events{closed(CloseCode::kNormal, longest)});
  EXPECT_EQ(decode(client_close(1000, "\xed\xa0\x80")), Events{fault(CloseCode::kInvalidPayload)});
  EXPECT_EQ(decode(client_close(1000, "half \xe2\x82")), Events{fault(CloseCode::kInvalidPayload)});
}

TEST(DecoderTest, EveryCloseCode) {
  const auto allowed = [](unsigned code) {
    if (code == 1004 || code == 1005 || code == 1006) return false;
    return (code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999);
  };
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const Seen wanted = allowed(code) ? closed(static_cast<CloseCode>(code)) : kProtocolFault;
    ASSERT_EQ(decode(client_close(code)), Events{wanted}) << code;
  }
}

TEST(DecoderTest, ACloseMayComeInsideAFragmentedMessage) {
  EXPECT_EQ(decode(client_frame(0x01, "x") + client_close(1000)), Events{closed(CloseCode::kNormal)});
}

}  // namespace
}  // namespace im::ws
