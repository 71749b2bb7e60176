#include "tools/load/push_reader.hpp"

#include <gtest/gtest.h>

#include "common/wire/packet.hpp"
#include "common/ws/frame.hpp"

namespace im::load {
namespace {

std::string packets(std::initializer_list<std::string> bodies) {
  std::string out;
  for (const auto& body : bodies) wire::append_packet(out, {.version = 1, .op = 1000, .seq = 0, .body = body});
  return out;
}

std::vector<std::string> bodies_in_pieces(Transport transport, const std::string& bytes, std::size_t piece) {
  std::vector<std::string> seen;
  const PushReader::Handler handler{
      .upgraded = [&] { seen.emplace_back("upgraded"); },
      .packet = [&](std::int32_t, std::string_view body) { seen.emplace_back(body); },
  };
  PushReader reader(transport);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    EXPECT_TRUE(reader.feed(std::string_view(bytes).substr(at, piece), handler));
  return seen;
}

TEST(PushReader, TcpPacketsInAnyPieces) {
  const std::string bytes = packets({"a", "", "ccc"});
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_EQ(bodies_in_pieces(Transport::kTcp, bytes, piece), (std::vector<std::string>{"a", "", "ccc"}));
  }
}

TEST(PushReader, WebSocketBatchesAreOpened) {
  std::string batch;
  const std::string inner = packets({"a", "bb"});
  wire::append_packet(batch, {.version = 1, .op = wire::kOpRaw, .seq = 0, .body = inner});
  const std::string bytes = "HTTP/1.1 101 Switching Protocols\r\n\r\n" + ws::frame(ws::Opcode::kBinary, batch) +
                            ws::frame(ws::Opcode::kBinary, packets({std::string(70000, 'x')}));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    const auto seen = bodies_in_pieces(Transport::kWs, bytes, piece);
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0], "upgraded");
    EXPECT_EQ(seen[1], "a");
    EXPECT_EQ(seen[2], "bb");
    EXPECT_EQ(seen[3].size(), 70000U);
  }
}

TEST(Mark, SurvivesTheBody) {
  const auto mark = parse_body(make_body({7, 12, 345}, 100));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->run, 7U);
  EXPECT_EQ(mark->stream, 12U);
  EXPECT_EQ(mark->number, 345U);
  EXPECT_EQ(make_body({7, 12, 345}, 100).size(), 100U);
  EXPECT_FALSE(parse_body("hello"));
  EXPECT_FALSE(parse_body("flood 1 x 2"));
}

}  // namespace
}  // namespace im::load
