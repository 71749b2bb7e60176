#include "common/ws/deflate.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/ws/frames.hpp"

namespace im::ws {
namespace {

using Outcome = Inflater::Outcome;
constexpr std::size_t kPlenty = std::size_t{1} << 24;

std::string packed(std::string_view payload) {
  Deflater deflater;
  return std::string(deflater.deflate(payload));
}

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

/// RFC 7692 §7.2.3.1: "Hello".
const std::string kHello("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);

TEST(Deflate, WhatGoesInComesOut) {
  Deflater deflater;
  Inflater inflater;
  for (const std::size_t size : {0, 1, 5, 63, 64, 125, 126, 4095, 4096, 4097, 65535, 65536, 300000}) {
    for (const std::string& text : {std::string(size, 'x'), noise(size)}) {
      const std::string bytes(deflater.deflate(text));
      const bool ratio = text.size() > Inflater::kFree && text.size() > bytes.size() * Inflater::kMostRatio;
      ASSERT_EQ(inflater.inflate(bytes, kPlenty), ratio ? Outcome::kTooBig : Outcome::kDone) << size;
      if (!ratio) {
        ASSERT_EQ(inflater.text(), text);
      }
    }
  }
}

TEST(Deflate, EachMessageIsForItself) {
  Deflater deflater;
  const std::string first(deflater.deflate("the same words again")), second(deflater.deflate("the same words again"));
  EXPECT_EQ(first, second);
  Inflater inflater;
  EXPECT_EQ(inflater.inflate(second, kPlenty), Outcome::kDone);
}

TEST(Deflate, TheExamplesOfTheRfc) {
  Inflater inflater;
  const std::string stored("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11);
  const std::string last("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
  const std::string two("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13);
  for (const std::string& bytes : {kHello, stored, last, two}) {
    EXPECT_EQ(inflater.inflate(bytes, kPlenty), Outcome::kDone);
    EXPECT_EQ(inflater.text(), "Hello");
  }
}

TEST(Deflate, NoMoreThanTheLimitIsMade) {
  Inflater inflater;
  const std::string bytes = packed(noise(5000));
  EXPECT_EQ(inflater.inflate(bytes, 4999), Outcome::kTooBig);
  EXPECT_EQ(inflater.inflate(bytes, 5000), Outcome::kDone);
}

TEST(Deflate, ABombEndsEarly) {
  Inflater inflater;
  const std::string bomb = packed(std::string(kPlenty, '\0'));
  EXPECT_EQ(inflater.inflate(bomb, 2 * kPlenty), Outcome::kTooBig);
  EXPECT_LE(inflater.text().size(), bomb.size() * Inflater::kMostRatio + 16384);
  EXPECT_EQ(inflater.inflate(packed(std::string(Inflater::kFree, '\0')), kPlenty), Outcome::kDone);
  EXPECT_EQ(inflater.inflate(packed(std::string(Inflater::kFree + 1, '\0')), kPlenty), Outcome::kTooBig);
}

TEST(Deflate, WhatEndsInsideABlockIsBad) {
  Inflater inflater;
  for (std::size_t cut = 1; cut < kHello.size() - 1; ++cut)
    EXPECT_EQ(inflater.inflate(kHello.substr(0, cut), kPlenty), Outcome::kBad) << cut;
  EXPECT_EQ(inflater.inflate("\xff\xff\xff", kPlenty), Outcome::kBad);
  EXPECT_EQ(inflater.inflate(kHello, kPlenty), Outcome::kDone) << "nothing stays of a bad one";
}

TEST(Deflate, FramesAreReplacedWhereItMakesThemSmaller) {
  Deflater deflater;
  Inflater inflater;
  const std::string large(5000, 'a');
  const std::string frames = frame(Opcode::kBinary, "short") + frame(Opcode::kText, large) +
                             frame(Opcode::kBinary, noise(200)) + frame(Opcode::kPing, std::string(100, 'p'));
  std::string out = deflate_frames(deflater, frames);
  const std::string before = frame(Opcode::kBinary, "short");
  ASSERT_EQ(out.substr(0, before.size()), before);
  out = out.substr(before.size());
  EXPECT_EQ(static_cast<unsigned char>(out[0]), 0x80 | 0x40 | 1);
  const ServerFrame second = read_server_frame(out);
  EXPECT_EQ(inflater.inflate(std::string_view(out).substr(second.header, second.size), kPlenty), Outcome::kDone);
  EXPECT_EQ(inflater.text(), large);
  EXPECT_EQ(out.substr(second.header + second.size),
            frame(Opcode::kBinary, noise(200)) + frame(Opcode::kPing, std::string(100, 'p')));
}

Decoder::Event decoded(std::string bytes, bool deflate) {
  static Decoder decoder{{}};
  decoder = Decoder({.deflate = deflate});
  std::span<char> rest(bytes);
  Decoder::Event event;
  while (!rest.empty() && event.kind == Decoder::Kind::kNeedMore) event = decoder.next(rest);
  event.payload = {};
  return event;
}

TEST(Deflate, Rsv1IsForTheFirstFrameOfAMessageAfterAnAgreement) {
  const std::string whole = client_frame(kFin | kRsv1 | 2, kHello);
  EXPECT_EQ(decoded(whole, false).kind, Decoder::Kind::kError);
  EXPECT_TRUE(decoded(whole, true).compressed);
  EXPECT_FALSE(decoded(client_frame(kFin | 2, kHello), true).compressed);
  const std::string parts = client_frame(kRsv1 | 1, kHello.substr(0, 3)) + client_frame(kFin, kHello.substr(3));
  EXPECT_EQ(decoded(parts, true).kind, Decoder::Kind::kMessage);
  EXPECT_TRUE(decoded(parts, true).compressed);
  const std::string again = client_frame(kRsv1 | 1, kHello.substr(0, 3)) + client_frame(kFin | kRsv1, kHello.substr(3));
  EXPECT_EQ(decoded(again, true).kind, Decoder::Kind::kError);
  for (const unsigned first : {kFin | kRsv1 | 9, kFin | 0x20 | 2, kFin | kRsv1 | 0x10 | 2})
    EXPECT_EQ(decoded(client_frame(first, "x"), true).kind, Decoder::Kind::kError) << first;
}

}  // namespace
}  // namespace im::ws
