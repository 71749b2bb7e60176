#include "common/http/body_decoder.hpp"

#include <gtest/gtest.h>

namespace im::http {
namespace {

using Fault = BodyDecoder::Fault;
constexpr std::optional<std::uint64_t> kChunked;

struct Outcome {
  std::string body, rest;
  bool done = false;
  Fault fault = Fault::kNone;
};

/// In pieces of `step` bytes.
Outcome decode(BodyDecoder decoder, std::string_view input, std::size_t step) {
  Outcome out;
  while (!input.empty() && !decoder.done() && decoder.fault() == Fault::kNone) {
    input.remove_prefix(decoder.take(input.substr(0, step), out.body));
  }
  out.rest = input;
  out.done = decoder.done();
  out.fault = decoder.fault();
  return out;
}

TEST(BodyDecoderTest, TakesAStatedLength) {
  for (const std::size_t step : {1, 2, 100}) {
    const Outcome out = decode(BodyDecoder(5, 5), "abcdeGET /", step);
    EXPECT_EQ(out.body, "abcde");
    EXPECT_EQ(out.rest, "GET /");
    EXPECT_TRUE(out.done);
  }
  EXPECT_TRUE(BodyDecoder(0, 0).done());
  EXPECT_EQ(BodyDecoder(6, 5).fault(), Fault::kLimit);
}

/// Without a copy, where all that came is body; what comes behind it stays for take().
TEST(BodyDecoderTest, TakesWholeInputsOfAStatedLength) {
  BodyDecoder decoder(6, 6);
  std::string input = "abcd", out;
  ASSERT_TRUE(decoder.take_whole(input, out));
  EXPECT_EQ(out, "abcd");
  EXPECT_EQ(input, "");
  EXPECT_FALSE(decoder.done());
  input = "ef";
  EXPECT_FALSE(decoder.take_whole(input, out)) << "what is there would be lost";
  out.clear();
  input = "efGET /";
  EXPECT_FALSE(decoder.take_whole(input, out)) << "a request behind it";
  EXPECT_EQ(decoder.take(input, out), 2U);
  EXPECT_EQ(out, "ef");
  EXPECT_TRUE(decoder.done());
  BodyDecoder all(2, 2), chunks(kChunked, 100), over(6, 5);
  input = "ab", out.clear();
  EXPECT_TRUE(all.take_whole(input, out) && all.done());
  for (BodyDecoder* other : {&all, &chunks, &over}) {
    input = "0\r\n", out.clear();
    EXPECT_FALSE(other->take_whole(input, out));
    EXPECT_EQ(input, "0\r\n");
  }
}

TEST(BodyDecoderTest, TakesChunksInAnyPieces) {
  constexpr std::string_view kBody = "3\r\nabc\r\n0a;x=\"y\"\r\n0123456789\r\n0\r\nX: 1\r\nY: 2\r\n\r\nGET /";
  for (std::size_t step = 1; step <= kBody.size(); ++step) {
    const Outcome out = decode(BodyDecoder(kChunked, 13), kBody, step);
    EXPECT_EQ(out.body, "abc0123456789") << step;
    EXPECT_EQ(out.rest, "GET /") << step;
    EXPECT_TRUE(out.done) << step;
  }
}

TEST(BodyDecoderTest, ChunksAboveTheLimitAreRefusedBeforeTheyAreRead) {
  const Outcome out = decode(BodyDecoder(kChunked, 12), "3\r\nabc\r\na\r\n0123456789\r\n", 100);
  EXPECT_EQ(out.fault, Fault::kLimit);
  EXPECT_EQ(out.body, "abc");
}

TEST(BodyDecoderTest, WhatOthersReadInAnotherWayIsNoChunk) {
  for (const char* text : {"\r\n",
                           "+3\r\n",
                           "-1\r\n",
                           " 3\r\n",
                           "3 \r\n",
                           "0x3\r\n",
                           "g\r\n",
                           ";x\r\n",
                           "3\n",
                           "3\rX",
                           "3;a\nb\r\n",
                           "3;a\rb",
                           "0000000000000003\r\n",
                           "3\r\nabcd",
                           "3\r\nabc\n",
                           "3\r\nabc\rX",
                           "0\r\n\n",
                           "0\r\nX: 1\n",
                           "0\r\nX\rY",
                           "0\r\n\rX",
                           "0\r\n\x01"}) {
    EXPECT_EQ(decode(BodyDecoder(kChunked, 100), text, 1).fault, Fault::kChunk) << text;
  }
}

TEST(BodyDecoderTest, ExtensionsAndTrailersAreBoundedTogether) {
  std::string body;
  for (int i = 0; i < 9; ++i) body += "1;" + std::string(1024, 'x') + "\r\ny\r\n";
  EXPECT_EQ(decode(BodyDecoder(kChunked, 100), body, 1000).fault, Fault::kOverhead);
  EXPECT_EQ(decode(BodyDecoder(kChunked, 100), "0\r\nX: " + std::string(8192, 'x'), 1000).fault, Fault::kOverhead);
}

}  // namespace
}  // namespace im::http
