// Input: limits, number of chunk sizes, the sizes (used in turn), the stream.
#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <vector>

#include "tests/fuzz/check.hpp"
#include "tests/unit/ws/frames.hpp"

namespace {

using im::fuzz::check;
using im::ws::Decoder;
using im::ws::DecoderLimits;
using im::ws::Seen;

std::string_view take(std::string_view& from, std::size_t size) {
  const std::string_view part = from.substr(0, size);
  from.remove_prefix(part.size());
  return part;
}

std::vector<Seen> decode_in_chunks(std::string_view stream, std::string_view sizes, const DecoderLimits& limits) {
  Decoder decoder(limits);
  std::vector<Seen> events;
  for (std::size_t turn = 0; !stream.empty(); ++turn) {
    const auto size = static_cast<unsigned char>(sizes[turn % sizes.size()]);
    if (!im::ws::feed(decoder, std::string(take(stream, std::max<std::size_t>(size, 1))), events)) break;
  }
  return events;
}

/// UTF-8 by its definition: the value of each sequence, and the fewest bytes that can hold it.
bool is_utf8(std::string_view text) {
  constexpr std::array<std::uint32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(take(text, 1).front());
    const int ones = std::countl_one(lead);
    if (ones == 1 || ones > 4) return false;
    const std::size_t more = ones == 0 ? 0 : static_cast<std::size_t>(ones - 1);
    const std::string_view rest = take(text, more);
    if (rest.size() != more) return false;
    std::uint32_t value = lead & (0xffU >> (ones + 1));
    for (const char c : rest) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte & 0xc0) != 0x80) return false;
      value = value << 6 | (byte & 0x3fU);
    }
    if (value < kLeast[more] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
  }
  return true;
}

void check_event(const Seen& event, const DecoderLimits& limits) {
  using im::ws::Opcode;
  const auto code = static_cast<unsigned>(event.code);
  switch (event.kind) {
    case Decoder::Kind::kMessage:
      check(event.payload.size() <= limits.max_message, "message within its limit");
      check(event.opcode == Opcode::kText || event.opcode == Opcode::kBinary, "message is text or binary");
      check(!limits.check_utf8 || event.opcode != Opcode::kText || is_utf8(event.payload), "text is UTF-8");
      break;
    case Decoder::Kind::kTooLong:
      check(event.payload.size() == Decoder::kHead && limits.max_skipped > limits.max_message, "only its head");
      break;
    case Decoder::Kind::kPing:
    case Decoder::Kind::kPong:
      check(event.payload.size() <= 125, "control payload within 125 bytes");
      break;
    case Decoder::Kind::kClose:
      check(event.payload.size() <= 123 && is_utf8(event.payload), "close reason");
      check(code >= 1000 && code < 5000 && code != 1004 && code != 1006, "close code");
      break;
    case Decoder::Kind::kError:
      check(code == 1002 || code == 1007 || code == 1008 || code == 1009, "fault code");
      break;
    case Decoder::Kind::kNeedMore:
      check(false, "not an event");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = im::fuzz::text_of(data, size);
  if (input.size() < 3) return 0;
  const auto flags = static_cast<unsigned char>(take(input, 1).front());
  const auto count = static_cast<unsigned char>(take(input, 1).front());
  DecoderLimits limits{.max_message = std::size_t{1} << (flags >> 4 & 0x0f),
                       .max_fragments = 1 + (flags & 7U),
                       .check_utf8 = (flags & 8) != 0};
  if ((count & 0x80U) != 0) limits.max_skipped = 4 * limits.max_message;
  const std::string_view sizes = take(input, 1 + count % 16U);
  check(im::valid_utf8(input) == is_utf8(input), "the UTF-8 table");
  const auto whole = im::ws::decode(input, limits);
  for (const Seen& event : whole) check_event(event, limits);
  check(decode_in_chunks(input, sizes, limits) == whole, "the same events in chunks");
  check(decode_in_chunks(input, "\x01", limits) == whole, "the same events byte by byte");
  return 0;
}
