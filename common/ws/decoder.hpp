#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/ws/frame.hpp"

namespace im::ws {

struct DecoderLimits {
  std::size_t max_message = 64 * 1024;  ///< of a frame and of a reassembled message, checked before anything is allocated
  std::size_t max_fragments = 64;       ///< frames of one message; echo listeners may allow more
  bool check_utf8 = false;              ///< text messages; fails at the first bad byte
};

/// Decodes the frames of a client, strictly: masked, RSV 0, known opcodes, control frames final and at most 125 bytes,
/// lengths in their shortest form. Pull style, no I/O, one thread:
///   while (!input.empty()) { auto event = decoder.next(input); ... }
class Decoder {
 public:
  enum class Kind {
    kNeedMore,   ///< all input consumed
    kMessage,    ///< `payload`, `opcode` text or binary
    kPing,       ///< answer with a pong of the same payload
    kPong,
    kClose,      ///< `code` (kNoStatus when empty), `payload` = reason; a valid close: echo the code
    kError,      ///< protocol fault: send a close with `code` and `reason`, read no further
  };
  struct Event {
    Kind kind = Kind::kNeedMore;
    Opcode opcode = Opcode::kBinary;
    std::string_view payload;        ///< valid until the next call; may point into the input, unmasked in place
    CloseCode code = CloseCode::kNormal;
    const char* reason = "";         ///< kError: short, stable text for log and metric
  };

  explicit Decoder(DecoderLimits limits) : limits_(limits) {}

  /// Consumes from the front of `input` (and writes to it: unmasking). A whole unfragmented frame inside `input`
  /// is returned without a copy; otherwise the payload is gathered inside.
  Event next(std::span<char>& input);

  /// Nothing partial is held: the decoder may be thrown away and made anew (that is how an idle connection costs nothing).
  bool idle() const;

 private:
  // Implementation state: free to change. Keep sizeof small; buffers are allocated only inside a message.
  DecoderLimits limits_;
  std::array<char, 14> header_{};
  std::uint8_t header_size_ = 0;       ///< bytes of header_ collected
  bool in_payload_ = false;
  bool fin_ = false;
  bool in_message_ = false;            ///< a fragmented message is open
  Opcode opcode_ = Opcode::kBinary;    ///< of the frame
  Opcode message_opcode_ = Opcode::kBinary;
  std::array<char, 4> mask_{};
  std::size_t frame_size_ = 0;
  std::size_t frame_done_ = 0;
  std::size_t fragments_ = 0;
  std::string message_;                ///< payload of the open message
  std::string control_;                ///< payload of the open control frame
  Utf8Checker utf8_;
};

}  // namespace im::ws
