#include <gtest/gtest.h>

#include "tests/unit/ws/frames.hpp"
#include "tests/unit/ws/utf8_strings.hpp"

namespace im::ws {
namespace {

const Seen kInvalid = fault(CloseCode::kInvalidPayload);
const DecoderLimits kChecked{.max_message = 64 * 1024, .max_fragments = 1000, .check_utf8 = true};
const std::string kKosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

Seen wanted(const Utf8String& string) { return string.valid ? message(Opcode::kText, string.bytes) : kInvalid; }

std::string in_fragments_of_one(const std::string& bytes) {
  std::string stream = client_frame(0x01, "");
  for (const char byte : bytes) stream += client_frame(0x00, std::string(1, byte));
  return stream + client_frame(0x80, "");
}

TEST(DecoderUtf8Test, TextIsCheckedInOneFrameAndInFragments) {
  for (const auto& string : utf8_strings()) {
    EXPECT_EQ(decode(client_frame(Opcode::kText, string.bytes), kChecked), Events{wanted(string)})
        << testing::PrintToString(string.bytes);
    EXPECT_EQ(decode(in_fragments_of_one(string.bytes), kChecked), Events{wanted(string)})
        << testing::PrintToString(string.bytes);
  }
}

TEST(DecoderUtf8Test, BinaryIsNot) {
  EXPECT_EQ(decode(client_frame(Opcode::kBinary, "\xff"), kChecked), Events{message(Opcode::kBinary, "\xff")});
  EXPECT_EQ(decode(client_frame(0x02, "\xff") + client_frame(0x80, "\xfe"), kChecked),
            Events{message(Opcode::kBinary, "\xff\xfe")});
}

TEST(DecoderUtf8Test, TextIsNotUnlessAsked) {
  EXPECT_EQ(decode(client_frame(Opcode::kText, "\xff")), Events{message(Opcode::kText, "\xff")});
}

TEST(DecoderUtf8Test, ControlPayloadsDoNotMixWithTheText) {
  EXPECT_EQ(decode(client_frame(0x01, "\xe2\x82") + client_frame(Opcode::kPing, "\xff") + client_frame(0x80, "\xac"),
                   kChecked),
            (Events{ping("\xff"), message(Opcode::kText, "\xe2\x82\xac")}));
}

TEST(DecoderUtf8Test, AFragmentFailsAtOnce) {
  EXPECT_EQ(decode(client_frame(0x01, kKosme) + client_frame(0x00, "\xf4\x90\x80\x80"), kChecked), Events{kInvalid});
  EXPECT_EQ(decode(client_frame(0x01, kKosme + "\xf4") + client_frame(0x00, "\x90"), kChecked), Events{kInvalid});
}

TEST(DecoderUtf8Test, AFrameFailsBeforeItsEnd) {
  const std::string frame = client_frame(Opcode::kText, kKosme + "\xf4\x90\x80\x80" + "edited");
  const std::size_t bad = 6 + kKosme.size() + 1;
  EXPECT_EQ(decode(frame.substr(0, bad), kChecked), Events{});
  EXPECT_EQ(decode(frame.substr(0, bad + 1), kChecked), Events{kInvalid});
}

TEST(DecoderUtf8Test, TheNextMessageStartsAnew) {
  const std::string text = client_frame(Opcode::kText, kKosme);
  EXPECT_EQ(decode(text + text, kChecked), (Events{message(Opcode::kText, kKosme), message(Opcode::kText, kKosme)}));
}

}  // namespace
}  // namespace im::ws
