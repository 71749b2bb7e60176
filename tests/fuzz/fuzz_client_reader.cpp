// Input: flags (transport, phase, dialect), a limit, a chunk size, the bytes of a client. Whatever they are, the reader
// says the same in pieces as in one, stays within its limits, and ends at the first fault.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "comet/client/client_reader.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using im::comet::ClientReader;
using im::comet::Dialect;
using im::comet::Phase;
using im::comet::Reading;
using im::comet::Transport;
using im::fuzz::check;
using Kind = ClientReader::Kind;

Reading reading_of(unsigned flags, std::size_t max_body) {
  static const std::array<const Dialect*, 4> kDialects{&Dialect::kV2, &Dialect::kV1, &Dialect::kV1Array,
                                                       &Dialect::kV1Object};
  static constexpr std::array kPhases{Phase::kProxy, Phase::kUpgrade, Phase::kAuth, Phase::kOpen};
  Reading reading{kPhases[flags & 3U], static_cast<Transport>((flags >> 2U & 3U) % 3), kDialects[flags >> 4U & 3U],
                  max_body};
  if ((flags & 0x40U) != 0) reading.max_refused = 4 * max_body;
  return reading;
}

/// After a PROXY header or an upgrade the connection goes on, as in ClientProtocol.
void go_on(Reading& reading, Kind kind) {
  if (kind == Kind::kProxy) reading.phase = reading.transport == Transport::kTcp ? Phase::kAuth : Phase::kUpgrade;
  if (kind == Kind::kUpgrade) reading.phase = Phase::kAuth;
}

std::string text_of(const ClientReader::Event& event) {
  return std::to_string(static_cast<int>(event.kind)) + ' ' + std::to_string(event.packet.op) + ' ' +
         std::string(event.packet.body) + ' ' + std::string(event.bytes) + ' ' + event.why;
}

void check_event(const ClientReader::Event& event, const Reading& reading) {
  if (event.kind == Kind::kPacket) check(event.packet.body.size() <= reading.max_body, "body within its limit");
  if (event.kind == Kind::kTooLarge) {
    check(event.size > reading.max_body && event.size <= reading.max_refused, "refused within its bounds");
    check(event.packet.body.empty(), "nothing of what is thrown away");
  }
  if (event.kind == Kind::kPing) check(event.bytes.size() <= 125, "ping within 125 bytes");
  if (event.kind == Kind::kUpgrade) check(event.bytes.ends_with("\r\n\r\n"), "a head has its empty line");
  if (event.kind == Kind::kFault) check(event.why[0] != '\0', "a fault has a name");
}

std::vector<std::string> read(std::string_view bytes, Reading reading, std::size_t chunk) {
  std::vector<std::string> events;
  std::string kept;
  ClientReader::Partial partial;
  while (!bytes.empty()) {
    kept += bytes.substr(0, chunk);
    bytes.remove_prefix(std::min(chunk, bytes.size()));
    std::span<char> data(kept);
    ClientReader reader(std::move(partial));
    for (;;) {
      const auto event = reader.next(data, reading);
      if (event.kind == Kind::kNeedMore) break;
      check_event(event, reading);
      // How much of a client that speaks too early is there depends on the pieces: the connection ends anyway.
      if (event.kind == Kind::kUpgrade && (event.early || !data.empty() || !bytes.empty())) return events;
      events.push_back(text_of(event));
      if (event.kind == Kind::kFault || event.kind == Kind::kClose) return events;
      go_on(reading, event.kind);
    }
    partial = std::move(reader).partial();
    kept = std::string(data.data(), data.size());
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const Reading reading = reading_of(data[0], std::size_t{1} << (data[1] % 14U));
  const std::string_view bytes = im::fuzz::text_of(data + 3, size - 3);
  const auto whole = read(bytes, reading, bytes.size() + 1);
  check(read(bytes, reading, 1 + data[2]) == whole, "the same events in chunks");
  return 0;
}
