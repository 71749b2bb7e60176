#include "common/wire/packet.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using im::fuzz::check;
using namespace im::wire;

void check_packet(std::string_view stream, const Parsed& parsed) {
  check(parsed.consumed == kHeaderSize + parsed.packet.body.size(), "a packet is its header and its body");
  const std::string_view bytes = stream.substr(0, parsed.consumed);
  std::string again;
  append_packet(again, parsed.packet);
  check(again == bytes, "a packet written again is the same bytes");
  check(parse_message(bytes, kMaxBodyV2).status == ParseStatus::kPacket, "the same bytes are a message");
  for (const std::size_t size : {std::size_t{15}, kHeaderSize, parsed.consumed - 1}) {
    if (size >= parsed.consumed) continue;
    const std::string prefix(stream.substr(0, size));
    check(parse_stream(prefix, kMaxBodyV2).status == ParseStatus::kNeedMore, "a prefix needs more");
    check(parse_message(prefix, kMaxBodyV2).status != ParseStatus::kPacket, "a prefix is no message");
  }
}

void check_stream(std::string_view stream) {
  for (;;) {
    const Parsed parsed = parse_stream(stream, kMaxBodyV2);
    if (parsed.status != ParseStatus::kPacket) {
      check(parsed.consumed == 0, "nothing is consumed without a packet");
      if (parsed.status == ParseStatus::kNeedMore)
        check(stream.size() < kHeaderSize + kMaxBodyV2, "the wait is bounded");
      return;
    }
    check_packet(stream, parsed);
    stream.remove_prefix(parsed.consumed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  check_stream(input);
  const Parsed message = parse_message(input, kMaxBodyV2);
  if (message.status == ParseStatus::kPacket) {
    check(message.consumed == input.size(), "a message is one packet");
    const Parsed streamed = parse_stream(input, kMaxBodyV2);
    check(streamed.status == ParseStatus::kPacket && streamed.consumed == input.size(), "a message is a stream of one");
  }
  return 0;
}
