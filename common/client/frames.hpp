#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/packet.hpp"

/// What a goim v2 client writes and reads, without I/O.
namespace im::client {

enum class Transport : std::uint8_t { kTcp, kWebSocket };

/// The auth token of goim; empty members are left out.
struct Identity {
  std::int64_t uid = 0;
  std::string key;       ///< empty: logic makes one
  std::string room;      ///< "type://id"
  std::string platform;  ///< "web", "ios"
  std::vector<std::int32_t> accepts;
  std::string token = {};  ///< proves who it is; then `uid` 0 is whoever the token says
};
std::string token_json(const Identity& identity);

std::string packet(std::int32_t op, std::int32_t seq, std::string_view body = {});

/// Cuts what arrives into packets: a byte stream (TCP) or one message at a time (WebSocket, where op 9 carries several
/// packets). After an error nothing more comes out.
class PacketReader {
 public:
  PacketReader(Transport transport, std::size_t max_body) : transport_(transport), max_body_(max_body) {}
  void feed(std::string_view bytes);
  /// Its body is valid until the next feed().
  std::optional<wire::Packet> next();
  /// Why reading cannot go on; empty when it can.
  const std::string& error() const { return error_; }

 private:
  bool is_batch(std::string_view body) const;
  void fail(wire::ParseStatus status);

  Transport transport_;
  std::size_t max_body_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace im::client
