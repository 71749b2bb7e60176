#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;  // zlib's z_stream. NOLINT(readability-identifier-naming)

/// permessage-deflate (RFC 7692) without context takeover on either side: every message is compressed for itself, so
/// what was compressed once can be sent to many, and an idle connection keeps no window. No I/O.
namespace im::ws {

/// A stream of zlib, made when first used. One thread.
struct EndsStream {
  int (*end)(z_stream_s*);
  void operator()(z_stream_s* stream) const;
};
using ZStream = std::unique_ptr<z_stream_s, EndsStream>;

class Deflater {
 public:
  /// One message's payload, without the tail that RFC 7692 §7.2.1 takes off; valid until the next call.
  std::string_view deflate(std::string_view payload);

 private:
  ZStream stream_{nullptr, {nullptr}};
  std::string out_;
};

class Inflater {
 public:
  enum class Outcome : std::uint8_t { kDone, kBad, kTooBig };
  /// More than kFree bytes must not be more than this many times what came: nobody writes such messages.
  static constexpr std::size_t kMostRatio = 200, kFree = 16 * 1024;

  /// One message's payload; more than `max` bytes are kTooBig. What the buffer of earlier messages holds may be written
  /// before that is seen; the buffer does not grow beyond `max` and a piece.
  Outcome inflate(std::string_view payload, std::size_t max);
  /// What came out; valid until the next call.
  std::string_view text() const { return {out_.data(), size_}; }

 private:
  Outcome feed(std::string_view bytes, std::size_t most);
  Outcome too_big() const;

  ZStream stream_{nullptr, {nullptr}};
  std::string out_;
  std::size_t size_ = 0;
  bool at_block_ = false;  ///< what was read so far ends with a block
  bool ended_ = false;     ///< with a last one
};

/// The server frames in `frames` (whole, unfragmented) with their data compressed, where that makes it smaller.
std::string deflate_frames(Deflater& deflater, std::string_view frames);

}  // namespace im::ws
