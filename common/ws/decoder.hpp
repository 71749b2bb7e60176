#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/base/utf8.hpp"
#include "common/ws/frame.hpp"

namespace im::ws {

struct DecoderLimits {
  std::size_t max_message =
      64 * 1024;                   ///< of a frame and of a reassembled message, checked before anything is allocated
  std::size_t max_fragments = 64;  ///< frames of one message; echo listeners may allow more
  bool check_utf8 = false;         ///< text messages; fails at the first bad byte; compressed ones are not looked at
  bool deflate = false;            ///< permessage-deflate was agreed: RSV 1 on the first frame of a message
  /// A message over max_message and up to this is not a fault: its first bytes are told, the rest is thrown away as it
  /// comes. Not of compressed ones. 0: none.
  std::size_t max_skipped = 0;
};

/// Decodes the frames of a client, strictly: masked, RSV 0 (but see DecoderLimits::deflate), known opcodes, control
/// frames final and at most 125 bytes, lengths in their shortest form. Pull style, no I/O, one thread:
///   while (!input.empty()) { auto event = decoder.next(input); ... }
class Decoder {
 public:
  enum class Kind {
    kNeedMore,  ///< all input consumed
    kMessage,   ///< `payload`, `opcode` text or binary
    kTooLong,   ///< `payload` = the first kHead bytes of a message that is thrown away
    kPing,      ///< answer with a pong of the same payload
    kPong,
    kClose,  ///< `code` (kNoStatus when empty), `payload` = reason; a valid close: echo the code
    kError,  ///< protocol fault: send a close with `code` and `reason`, read no further
  };
  struct Event {
    Kind kind = Kind::kNeedMore;
    Opcode opcode = Opcode::kBinary;
    std::string_view payload;  ///< valid until the next call; may point into the input, unmasked in place
    CloseCode code = CloseCode::kNormal;
    bool compressed = false;  ///< kMessage: `payload` is as it came
    const char* reason = "";  ///< kError: short, stable text for log and metric
  };

  static constexpr std::size_t kHead = 16;

  explicit Decoder(DecoderLimits limits) : limits_(limits) {}

  /// Consumes from the front of `input` (and writes to it: unmasking). A whole unfragmented frame inside `input`
  /// is returned without a copy; otherwise the payload is gathered inside.
  Event next(std::span<char>& input);

  /// Nothing partial is held: the decoder may be thrown away and made anew (that is how an idle connection costs
  /// nothing).
  bool idle() const;

 private:
  Event fail(CloseCode code, const char* reason);
  bool bad_reserved_bits(std::uint8_t first) const;
  bool checks_text() const { return limits_.check_utf8 && message_opcode_ == Opcode::kText && !compressed_; }
  bool read_header(std::span<char>& input);
  Event on_header();
  Event check_control(bool fin, std::uint64_t size);
  Event check_data(bool fin, std::uint64_t size);
  void begin_skipping();
  Event read_payload(std::span<char>& input);
  Event skip(std::span<char> part);
  Event finish_frame(std::string_view payload, bool in_place);
  Event finish_control();
  Event on_close(std::string_view payload);
  void unmask(char* bytes, std::size_t size);
  bool is_control() const { return static_cast<std::uint8_t>(opcode_) >= 8; }

  DecoderLimits limits_;
  std::array<char, 14> header_{};
  std::uint8_t header_size_ = 0;  ///< bytes of header_ collected
  bool in_payload_ = false;
  bool fin_ = false;
  bool in_message_ = false;          ///< a fragmented message is open
  bool compressed_ = false;          ///< the open message, or the last one
  bool skipping_ = false;            ///< the open message, of which message_ has the first bytes
  bool head_told_ = false;           ///< while skipping
  bool deliver_clear_ = false;       ///< message_ was handed out by the last event
  Opcode opcode_ = Opcode::kBinary;  ///< of the frame
  Opcode message_opcode_ = Opcode::kBinary;
  std::array<char, 4> mask_{};
  std::size_t frame_size_ = 0;
  std::size_t frame_done_ = 0;
  std::size_t fragments_ = 0;
  std::size_t message_size_ = 0;  ///< of the open message, as its frames announced it
  std::string message_;           ///< payload of the open message
  std::string control_;           ///< payload of the open control frame
  Utf8Checker utf8_;
};

}  // namespace im::ws
