#include "common/ws/frame.hpp"

#include <string>

#include <gtest/gtest.h>

namespace im::ws {
namespace {

std::string header(Opcode opcode, std::size_t size) {
  char out[kMaxServerHeader];
  return {out, write_header(out, opcode, size)};
}

TEST(FrameTest, LengthsTakeTheirShortestForm) {
  EXPECT_EQ(header(Opcode::kBinary, 0), std::string("\x82\x00", 2));
  EXPECT_EQ(header(Opcode::kText, 125), "\x81\x7d");
  EXPECT_EQ(header(Opcode::kBinary, 126), std::string("\x82\x7e\x00\x7e", 4));
  EXPECT_EQ(header(Opcode::kBinary, 0xffff), "\x82\x7e\xff\xff");
  EXPECT_EQ(header(Opcode::kBinary, 0x10000), std::string("\x82\x7f\0\0\0\0\0\x01\0\0", 10));
  EXPECT_EQ(header(Opcode::kBinary, 0x0123456789), std::string("\x82\x7f\0\0\0\x01\x23\x45\x67\x89", 10));
}

TEST(FrameTest, ExamplesOfTheRfc) {
  EXPECT_EQ(frame(Opcode::kText, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(frame(Opcode::kPing, "Hello"), "\x89\x05Hello");
  EXPECT_EQ(frame(Opcode::kBinary, std::string(256, 'x')), std::string("\x82\x7e\x01\x00", 4) + std::string(256, 'x'));
}

TEST(FrameTest, CloseFrames) {
  EXPECT_EQ(close_frame(CloseCode::kNormal), "\x88\x02\x03\xe8");
  EXPECT_EQ(close_frame(CloseCode::kTooBig, "message too big"), "\x88\x11\x03\xf1message too big");
  EXPECT_EQ(close_frame(static_cast<CloseCode>(4999)), "\x88\x02\x13\x87");
  EXPECT_EQ(close_frame(CloseCode::kNoStatus, "not sent"), std::string("\x88\x00", 2));
}

TEST(FrameTest, ACloseFrameStaysAControlFrame) {
  EXPECT_EQ(close_frame(CloseCode::kNormal, std::string(200, 'x')), "\x88\x7d\x03\xe8" + std::string(123, 'x'));
}

}  // namespace
}  // namespace im::ws
