#include "common/http/body_decoder.hpp"

#include <algorithm>

#include "common/http/url.hpp"

namespace im::http {

namespace {

constexpr int kMaxDigits = 15;
constexpr std::size_t kMaxOverhead = 8U * 1024;

}  // namespace

BodyDecoder::BodyDecoder(std::optional<std::uint64_t> length, std::uint64_t limit)
    : chunked_(!length), limit_(limit), state_(chunked_ ? State::kSize : State::kData), left_(length.value_or(0)) {
  if (chunked_) return;
  if (left_ > limit_) fault_ = Fault::kLimit;
  if (left_ == 0) state_ = State::kDone;
}

std::size_t BodyDecoder::take(std::string_view input, std::string& out) {
  std::size_t used = 0;
  while (used < input.size() && fault_ == Fault::kNone && state_ != State::kDone) {
    if (state_ == State::kData) {
      used += take_data(input.substr(used), out);
    } else {
      state_ = after(input[used++]);
    }
  }
  return used;
}

bool BodyDecoder::take_whole(std::string& input, std::string& out) {
  if (chunked_ || fault_ != Fault::kNone || !out.empty() || input.empty() || input.size() > left_) return false;
  out.swap(input);
  left_ -= out.size();
  if (left_ == 0) state_ = State::kDone;
  return true;
}

std::size_t BodyDecoder::take_data(std::string_view input, std::string& out) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  out.append(input.substr(0, size));
  left_ -= size;
  if (left_ == 0) state_ = chunked_ ? State::kDataReturn : State::kDone;
  return size;
}

BodyDecoder::State BodyDecoder::after(char c) {
  switch (state_) {
    case State::kSize:
      return after_size_digit(c);
    case State::kExtension:
      return line_byte(c, State::kExtension, State::kSizeEnd);
    case State::kSizeEnd:
      return c == '\n' ? after_size_line() : fail(Fault::kChunk);
    case State::kDataReturn:
      return c == '\r' ? State::kDataEnd : fail(Fault::kChunk);
    case State::kDataEnd:
      digits_ = 0;
      return c == '\n' ? State::kSize : fail(Fault::kChunk);
    case State::kTrailer:
      return c == '\r' ? State::kEnd : line_byte(c, State::kTrailerLine, State::kTrailerEnd);
    case State::kTrailerLine:
      return line_byte(c, State::kTrailerLine, State::kTrailerEnd);
    case State::kTrailerEnd:
      return c == '\n' ? State::kTrailer : fail(Fault::kChunk);
    case State::kEnd:
      return c == '\n' ? State::kDone : fail(Fault::kChunk);
    case State::kData:
    case State::kDone:
      break;
  }
  return state_;
}

BodyDecoder::State BodyDecoder::after_size_digit(char c) {
  const int value = hex_value(c);
  if (value >= 0) {
    if (++digits_ > kMaxDigits) return fail(Fault::kChunk);
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return State::kSize;
  }
  if (digits_ == 0) return fail(Fault::kChunk);
  if (c == '\r') return State::kSizeEnd;
  return c == ';' ? State::kExtension : fail(Fault::kChunk);
}

BodyDecoder::State BodyDecoder::after_size_line() {
  if (left_ == 0) return State::kTrailer;
  if (left_ > limit_ - total_) return fail(Fault::kLimit);
  total_ += left_;
  return State::kData;
}

/// A byte of a line that nobody reads; it is counted, and must not hide a line end.
BodyDecoder::State BodyDecoder::line_byte(char c, State same, State end) {
  if (c == '\r') return end;
  const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  if (control) return fail(Fault::kChunk);
  if (++overhead_ > kMaxOverhead) return fail(Fault::kOverhead);
  return same;
}

BodyDecoder::State BodyDecoder::fail(Fault fault) {
  fault_ = fault;
  return state_;
}

}  // namespace im::http
