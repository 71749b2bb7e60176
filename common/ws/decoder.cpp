#include "common/ws/decoder.hpp"

#include <algorithm>
#include <cstring>

namespace im::ws {

namespace {

/// Codes a peer may put on the wire, RFC 6455 section 7.4.
bool allowed_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

std::uint8_t byte_at(const std::array<char, 14>& bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

/// In network order.
std::uint64_t number_at(const std::array<char, 14>& bytes, std::size_t index, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | byte_at(bytes, index + i);
  return number;
}

}  // namespace

bool Decoder::idle() const { return header_size_ == 0 && !in_payload_ && !in_message_; }

Decoder::Event Decoder::fail(CloseCode code, const char* reason) {
  return {.kind = Kind::kError, .opcode = opcode_, .payload = {}, .code = code, .reason = reason};
}

Decoder::Event Decoder::next(std::span<char>& input) {
  if (deliver_clear_) {
    message_.clear();
    deliver_clear_ = false;
  }
  for (;;) {
    if (!in_payload_) {
      if (!read_header(input)) return {};
      const Event fault = on_header();
      if (fault.kind == Kind::kError) return fault;
    }
    const Event event = read_payload(input);
    if (event.kind != Kind::kNeedMore || in_payload_ || input.empty()) return event;
  }
}

/// RSV 1 says that a message is compressed: on its first frame only (RFC 7692 §6.1).
bool Decoder::bad_reserved_bits(std::uint8_t first) const {
  if ((first & 0x70) == 0) return false;
  const auto opcode = static_cast<Opcode>(first & 0x0f);
  const bool begins = opcode == Opcode::kText || opcode == Opcode::kBinary;
  return !limits_.deflate || !begins || (first & 0x70) != kRsv1;
}

/// Collects header bytes; faults of the first two are found by on_header only once all are there, except that a bad
/// opcode or RSV bit needs no more than two bytes.
bool Decoder::read_header(std::span<char>& input) {
  std::size_t wanted = 2;
  for (;;) {
    while (header_size_ < wanted && !input.empty()) {
      header_[header_size_++] = input.front();
      input = input.subspan(1);
    }
    if (header_size_ < wanted) return false;
    if (wanted > 2) return true;
    const std::uint8_t first = byte_at(header_, 0);
    const std::uint8_t length = byte_at(header_, 1) & 0x7f;
    const bool early_fault = bad_reserved_bits(first) || (byte_at(header_, 1) & 0x80) == 0 || (first & 0x07) > 2 ||
                             ((first & 0x08) != 0 && ((first & 0x80) == 0 || length > 125));
    if (early_fault) return true;
    wanted = 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + 4;
  }
}

Decoder::Event Decoder::on_header() {
  const std::uint8_t first = byte_at(header_, 0);
  const std::uint8_t second = byte_at(header_, 1);
  if (bad_reserved_bits(first)) return fail(CloseCode::kProtocolError, "reserved bit set");
  if ((first & 0x07) > 2) return fail(CloseCode::kProtocolError, "unknown opcode");
  if ((second & 0x80) == 0) return fail(CloseCode::kProtocolError, "frame not masked");
  opcode_ = static_cast<Opcode>(first & 0x0f);
  const bool begins = opcode_ == Opcode::kText || opcode_ == Opcode::kBinary;
  if (begins && !in_message_) compressed_ = (first & kRsv1) != 0;
  fin_ = (first & 0x80) != 0;
  std::uint64_t size = second & 0x7f;
  std::size_t at = 2;
  if (is_control()) {
    const Event fault = check_control(fin_, size);
    if (fault.kind == Kind::kError) return fault;
  }
  if (size >= 126) {
    const std::size_t bytes = size == 126 ? 2 : 8;
    size = number_at(header_, at, bytes);
    at += bytes;
    if (bytes == 2 ? size < 126 : size <= 0xffff) return fail(CloseCode::kProtocolError, "length not in shortest form");
    if ((size >> 63) != 0) return fail(CloseCode::kProtocolError, "length over 2^63");
  }
  const Event fault = is_control() ? Event{} : check_data(fin_, size);
  if (fault.kind == Kind::kError) return fault;
  std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(at), mask_.size(), mask_.begin());
  frame_size_ = static_cast<std::size_t>(size);
  frame_done_ = 0;
  header_size_ = 0;
  in_payload_ = true;
  return {};
}

Decoder::Event Decoder::check_control(bool fin, std::uint64_t size) {
  if (!fin) return fail(CloseCode::kProtocolError, "fragmented control frame");
  if (size > 125) return fail(CloseCode::kProtocolError, "control frame over 125 bytes");
  control_.clear();
  return {};
}

Decoder::Event Decoder::check_data(bool fin, std::uint64_t size) {
  if (opcode_ == Opcode::kContinuation) {
    if (!in_message_) return fail(CloseCode::kProtocolError, "continuation without a message");
  } else {
    if (in_message_) return fail(CloseCode::kProtocolError, "new message inside a fragmented one");
    message_opcode_ = opcode_;
    message_.clear();
    utf8_.reset();
    fragments_ = message_size_ = 0;
    skipping_ = head_told_ = false;
  }
  const std::size_t most = compressed_ ? limits_.max_message : std::max(limits_.max_message, limits_.max_skipped);
  if (size > most || message_size_ + size > most) return fail(CloseCode::kTooBig, "message too big");
  message_size_ += static_cast<std::size_t>(size);
  if (message_size_ > limits_.max_message && !skipping_) begin_skipping();
  if (++fragments_ > limits_.max_fragments) return fail(CloseCode::kPolicy, "too many fragments");
  in_message_ = in_message_ || !fin;
  return {};
}

/// What was gathered is given back, but for the head.
void Decoder::begin_skipping() {
  skipping_ = true;
  message_.substr(0, kHead).swap(message_);
}

Decoder::Event Decoder::skip(std::span<char> part) {
  const std::size_t wanted = std::min(kHead - message_.size(), part.size());
  unmask(part.data(), wanted);
  message_.append(part.data(), wanted);
  frame_done_ += part.size();
  if (frame_done_ == frame_size_) {
    in_payload_ = false;
    if (fin_) in_message_ = false;
  }
  if (head_told_ || message_.size() < kHead) return {};
  head_told_ = true;
  return {.kind = Kind::kTooLong,
          .opcode = message_opcode_,
          .payload = message_,
          .code = CloseCode::kTooBig,
          .reason = "message too big"};
}

void Decoder::unmask(char* bytes, std::size_t size) {
  std::size_t i = 0;
  // The mask turned so that it starts at the current place, then eight bytes at a time.
  std::array<char, 8> turned{};
  for (std::size_t k = 0; k < turned.size(); ++k) turned[k] = mask_[(frame_done_ + k) % 4];
  std::uint64_t wide = 0;
  std::memcpy(&wide, turned.data(), sizeof wide);
  for (; i + sizeof wide <= size; i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes + i, &word, sizeof word);
  }
  for (; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i % 4]);
}

Decoder::Event Decoder::read_payload(std::span<char>& input) {
  const std::size_t size = std::min(frame_size_ - frame_done_, input.size());
  const std::span<char> part = input.first(size);
  input = input.subspan(size);
  if (skipping_ && !is_control()) return skip(part);
  unmask(part.data(), size);
  const bool whole = frame_done_ == 0 && size == frame_size_;
  frame_done_ += size;
  const std::string_view bytes(part.data(), size);
  if (is_control()) {
    control_.append(bytes);
    return frame_done_ == frame_size_ ? finish_control() : Event{};
  }
  if (checks_text() && !utf8_.feed(bytes)) {
    return fail(CloseCode::kInvalidPayload, "text is not UTF-8");
  }
  const bool in_place = whole && fin_ && !in_message_;
  if (!in_place) message_.append(bytes);
  if (frame_done_ < frame_size_) return {};
  return finish_frame(bytes, in_place);
}

Decoder::Event Decoder::finish_frame(std::string_view payload, bool in_place) {
  in_payload_ = false;
  if (!fin_) return {};
  in_message_ = false;
  if (checks_text() && !utf8_.complete()) {
    return fail(CloseCode::kInvalidPayload, "text ends inside a character");
  }
  deliver_clear_ = !in_place;
  return {.kind = Kind::kMessage,
          .opcode = message_opcode_,
          .payload = in_place ? payload : std::string_view(message_),
          .code = CloseCode::kNormal,
          .compressed = compressed_,
          .reason = ""};
}

Decoder::Event Decoder::finish_control() {
  in_payload_ = false;
  if (opcode_ == Opcode::kClose) return on_close(control_);
  const Kind kind = opcode_ == Opcode::kPing ? Kind::kPing : Kind::kPong;
  return {.kind = kind, .opcode = opcode_, .payload = control_, .code = CloseCode::kNormal, .reason = ""};
}

Decoder::Event Decoder::on_close(std::string_view payload) {
  Event event{.kind = Kind::kClose, .opcode = opcode_, .payload = {}, .code = CloseCode::kNoStatus, .reason = ""};
  if (payload.empty()) return event;
  if (payload.size() == 1) return fail(CloseCode::kProtocolError, "close payload of one byte");
  const auto code =
      static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]));
  if (!allowed_close_code(code)) return fail(CloseCode::kProtocolError, "bad close code");
  if (!valid_utf8(payload.substr(2))) return fail(CloseCode::kInvalidPayload, "close reason is not UTF-8");
  event.code = static_cast<CloseCode>(code);
  event.payload = payload.substr(2);
  return event;
}

}  // namespace im::ws
