// However a stream is cut, the events are the same.
#include <gtest/gtest.h>

#include "tests/unit/ws/frames.hpp"

namespace im::ws {
namespace {

std::string good_stream() {
  return client_frame(Opcode::kText, "Hello-\xc2\xb5@\xc3\x9f") + client_frame(Opcode::kPing, "ping") +
         client_frame(Opcode::kBinary, "") + client_frame(0x01, "\xe2\x82") + client_frame(Opcode::kPong, "") +
         client_frame(0x00, "\xac") + client_frame(0x80, "") + client_frame(Opcode::kBinary, std::string(130, 'b')) +
         client_frame(Opcode::kPing, std::string(125, 'p')) + client_close(3000, "bye");
}

DecoderLimits limits() { return {.max_message = 200, .max_fragments = 4, .check_utf8 = true}; }

Events decode_cut(const std::string& stream, std::size_t first, std::size_t second) {
  Decoder decoder(limits());
  Events events;
  if (!feed(decoder, stream.substr(0, first), events)) return events;
  if (!feed(decoder, stream.substr(first, second - first), events)) return events;
  feed(decoder, stream.substr(second), events);
  return events;
}

Events decode_steps(const std::string& stream, std::size_t step) {
  Decoder decoder(limits());
  Events events;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    if (!feed(decoder, stream.substr(at, step), events)) break;
  }
  return events;
}

TEST(DecoderChunksTest, EveryPairOfCuts) {
  const std::string stream = good_stream();
  const Events whole = decode(stream, limits());
  ASSERT_EQ(whole.size(), 8U);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); second += 3) {
      ASSERT_EQ(decode_cut(stream, first, second), whole) << first << " " << second;
    }
  }
}

TEST(DecoderChunksTest, EveryStep) {
  const std::string stream = good_stream();
  const Events whole = decode(stream, limits());
  for (std::size_t step = 1; step <= stream.size(); ++step) ASSERT_EQ(decode_steps(stream, step), whole) << step;
}

TEST(DecoderChunksTest, FaultsToo) {
  const std::string before = client_frame(Opcode::kText, "before") + client_frame(0x01, "open");
  const std::vector<std::string> faults = {
      client_frame(0xc0, "rsv"),
      client_frame(0x83, ""),
      frame(Opcode::kBinary, "unmasked"),
      client_frame(0x09, "fragmented ping"),
      client_frame(Opcode::kText, "new message"),
      client_frame(0x80, "not \xff UTF-8"),
      client_frame(0x80, "half \xf0\x9f"),
      client_frame(0x80, std::string(198, 'x')),
      '\x80' + client_length(5, 16) + "mask",
      '\x80' + client_length(200, 64) + "mask",
      client_close(1005),
      client_close(1000, "\xff"),
      client_frame(0x00, "") + client_frame(0x00, "") + client_frame(0x00, "") + client_frame(0x00, ""),
  };
  for (const auto& bad : faults) {
    const std::string stream = before + bad + client_frame(Opcode::kPing, "after");
    const Events whole = decode(stream, limits());
    ASSERT_EQ(whole.size(), 2U) << testing::PrintToString(bad);
    EXPECT_EQ(whole.back().kind, Decoder::Kind::kError);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      ASSERT_EQ(decode_cut(stream, cut, cut), whole) << testing::PrintToString(bad) << " at " << cut;
    }
    ASSERT_EQ(decode_steps(stream, 1), whole) << testing::PrintToString(bad);
  }
}

}  // namespace
}  // namespace im::ws
