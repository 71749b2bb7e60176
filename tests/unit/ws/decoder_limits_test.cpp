#include <gtest/gtest.h>

#include "tests/unit/ws/frames.hpp"

namespace im::ws {
namespace {

const Seen kTooBig = fault(CloseCode::kTooBig);

TEST(DecoderLimitsTest, TheHeaderAloneOfATooBigFrameIsRefused) {
  for (const std::uint64_t size : {std::uint64_t{0x10001}, std::uint64_t{1} << 32, (std::uint64_t{1} << 63) - 1}) {
    EXPECT_EQ(decode('\x82' + client_length(size, 64) + "mask"), Events{kTooBig}) << size;
  }
}

TEST(DecoderLimitsTest, NothingOfATooBigFrameIsAskedFor) {
  Decoder decoder({});
  std::string bytes = '\x82' + client_length(0x10001, 64) + "mask" + std::string(100, 'x');
  std::span<char> input(bytes);
  EXPECT_EQ(decoder.next(input).code, CloseCode::kTooBig);
  EXPECT_EQ(input.size(), 100U);
}

TEST(DecoderLimitsTest, FragmentsCountTogether) {
  const DecoderLimits limits{.max_message = 10, .max_fragments = 64, .check_utf8 = false};
  const std::string six = client_frame(0x02, "123456");
  EXPECT_EQ(decode(six + client_frame(0x80, "7890"), limits), Events{message(Opcode::kBinary, "1234567890")});
  EXPECT_EQ(decode(six + client_frame(0x80, "7890x"), limits), Events{kTooBig});
  EXPECT_EQ(decode(six + client_frame(0x00, "7890") + client_frame(0x80, ""), limits),
            Events{message(Opcode::kBinary, "1234567890")});
  EXPECT_EQ(decode(six + '\x80' + client_length((std::uint64_t{1} << 63) - 1, 64) + "mask", limits), Events{kTooBig});
}

TEST(DecoderLimitsTest, OfAMessageThatIsThrownAwayTheHeadIsTold) {
  const DecoderLimits limits{.max_message = 20, .max_fragments = 64, .max_skipped = 40};
  const Seen head{Decoder::Kind::kTooLong, "0123456789abcdef", CloseCode::kTooBig, Opcode::kBinary};
  const std::string small = client_frame(Opcode::kBinary, "small");
  const Seen next = message(Opcode::kBinary, "small");
  EXPECT_EQ(decode(client_frame(Opcode::kBinary, "0123456789abcdef" + std::string(24, 'x')) + small, limits),
            (Events{head, next}));
  EXPECT_EQ(decode(client_frame(Opcode::kBinary, "0123456789abcdef" + std::string(25, 'x')), limits), Events{kTooBig});
  const std::string pieces =
      client_frame(0x02, "0123456789") + client_frame(0x00, "") + client_frame(0x00, "abcdefghijk");
  EXPECT_EQ(decode(pieces + client_frame(0x80, std::string(19, 'x')) + small, limits), (Events{head, next}));
  EXPECT_EQ(decode(pieces + client_frame(0x80, std::string(20, 'x')), limits), (Events{head, kTooBig}));
  EXPECT_EQ(decode(client_frame(Opcode::kText, std::string(21, '\xff')), limits)[0].kind, Decoder::Kind::kTooLong);
}

TEST(DecoderLimitsTest, ACompressedMessageIsNeverThrownAwayUnread) {
  const DecoderLimits limits{.max_message = 20, .deflate = true, .max_skipped = 40};
  EXPECT_EQ(decode(client_frame(0xc2, std::string(21, 'x')), limits), Events{kTooBig});
}

TEST(DecoderLimitsTest, ControlFramesDoNotCountToAMessage) {
  const DecoderLimits limits{.max_message = 2, .max_fragments = 2, .check_utf8 = false};
  const std::string stream = client_frame(0x02, "a") + client_frame(Opcode::kPing, "12345") +
                             client_frame(Opcode::kPing, "67890") + client_frame(0x80, "b");
  EXPECT_EQ(decode(stream, limits), (Events{ping("12345"), ping("67890"), message(Opcode::kBinary, "ab")}));
}

TEST(DecoderLimitsTest, TheNumberOfFragmentsIsLimited) {
  const DecoderLimits limits{.max_message = 1024, .max_fragments = 3, .check_utf8 = false};
  const std::string two = client_frame(0x02, "a") + client_frame(0x00, "");
  EXPECT_EQ(decode(two + client_frame(0x80, "c"), limits), Events{message(Opcode::kBinary, "ac")});
  EXPECT_EQ(decode(two + client_frame(0x00, "") + client_frame(0x80, "d"), limits), Events{fault(CloseCode::kPolicy)});
  const std::string whole = two + client_frame(0x80, "c");
  EXPECT_EQ(decode(whole + whole, limits), (Events{message(Opcode::kBinary, "ac"), message(Opcode::kBinary, "ac")}));
}

}  // namespace
}  // namespace im::ws
