#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "comet/connection/close_reason.hpp"
#include "comet/connection/connection.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/wire/dialect.hpp"
#include "common/wire/packet.hpp"
#include "common/ws/decoder.hpp"
#include "common/ws/deflate.hpp"

namespace im::comet {

/// How a connection is read at the moment.
struct Reading {
  Phase phase = Phase::kAuth;
  Transport transport = Transport::kTcp;
  const Dialect* dialect = nullptr;
  std::size_t max_body = 0;          ///< of a packet
  ws::Inflater* inflater = nullptr;  ///< of the worker; null: no compression was agreed
  std::size_t max_refused = 0;       ///< BodyLimits::refused, when its time has come
};

/// From a client's bytes to what they say: PROXY header, upgrade request, packets, frames. Pull style, no I/O:
///   while (true) { auto event = reader.next(data, reading); if (event.kind == kNeedMore) break; ... }
/// Lives for one read; what is unfinished is carried over by partial(). One worker.
class ClientReader {
 public:
  enum class Kind : std::uint8_t {
    kNeedMore,  ///< what is left of the data waits for more
    kProxy,     ///< `client`: who the load balancer speaks for; nothing = for itself
    kUpgrade,   ///< `bytes` = the request head, with its empty line
    kHttp,      ///< `bytes` = the head of a request that is no upgrade, `packet.body` = its body
    kPacket,
    kTooLarge,  ///< a request over its limit: `packet` without its body, of `size` bytes; the reader throws them away
    kEcho,      ///< message of the conformance listener: `opcode`, `bytes`
    kPing,      ///< `bytes` goes back in a pong
    kPong,
    kClose,  ///< `code` goes back
    kFault,  ///< `reason`, `why`, and `code` for a WebSocket peer; read no further
  };
  struct Event {
    Kind kind = Kind::kNeedMore;
    wire::Packet packet{};
    std::string_view bytes{};  ///< valid until the next call
    ws::Opcode opcode = ws::Opcode::kBinary;
    ws::CloseCode code = ws::CloseCode::kNoStatus;
    CloseReason reason = CloseReason::kBadPacket;
    const char* why = "";
    std::size_t size = 0;
    bool early =
        false;  ///< kUpgrade: bytes of a client that did not wait for the answer follow, or the head is too long
    std::optional<IpAddress> client{};
  };

  /// What is carried over to the connection's next reader, beside the bytes that are left.
  struct Partial {
    std::unique_ptr<ws::Decoder> decoder;  ///< of an unfinished WebSocket message
    std::size_t skip = 0;                  ///< bytes to throw away, on TCP
    bool nothing() const { return !decoder && skip == 0; }
  };
  explicit ClientReader(Partial partial);
  /// Takes from the front of `data`, which WebSocket frames are unmasked in.
  Event next(std::span<char>& data, const Reading& reading);
  /// Whether a Close frame (RFC 6455 §5.5.1) stands in `bytes`, which begin at a frame; its code, to be echoed. Looks
  /// at a copy, so nothing is taken and nothing unmasked. TCP has none.
  static std::optional<ws::CloseCode> close_ahead(std::string_view bytes, const Reading& reading);
  /// Nothing between messages, so that an idle connection holds nothing.
  Partial partial() &&;
  /// kTooLarge when `head`, the first bytes of a packet that is too large, is of a request that may be refused in
  /// words.
  static std::optional<Event> too_large(std::string_view head, const Reading& reading);

 private:
  static Event proxy_header(std::span<char>& data);
  static Event upgrade_head(std::span<char>& data, const Reading& reading);
  static Event http_request(std::span<char>& data, std::size_t head);
  Event packet(std::span<char>& data, const Reading& reading);
  Event frame(std::span<char>& data, const Reading& reading);
  static Event message(const ws::Decoder::Event& frame, const Reading& reading);
  static Event compressed(std::string_view payload, bool text, const Reading& reading);
  static Event parsed(std::string_view message, const Reading& reading);

  std::optional<ws::Decoder> decoder_;
  std::size_t skip_ = 0;
};

}  // namespace im::comet
