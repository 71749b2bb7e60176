#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace im::http {

/// Takes the body of a request out of the bytes of its connection: a stated length, or chunks (RFC 9112 §7.1) without
/// whitespace, signs or bare line ends, which others read in other ways. Extensions and trailers are skipped. Pure.
class BodyDecoder {
 public:
  enum class Fault {
    kNone,
    kChunk,     ///< the chunks are no chunks
    kLimit,     ///< the body is larger than `limit`, or will be
    kOverhead,  ///< extensions and trailers over 8 KiB
  };

  /// `length` without a value: chunked. A length above the limit is a fault at once.
  BodyDecoder(std::optional<std::uint64_t> length, std::uint64_t limit);

  /// Takes what it can from the front of `input`, adds the bytes of the body to `out`; how many it took. Takes nothing
  /// after the end of the body or a fault.
  std::size_t take(std::string_view input, std::string& out);
  /// The same of a body that needs no decoding, where all of `input` is of it and `out` is empty: nothing is copied.
  bool take_whole(std::string& input, std::string& out);
  bool done() const { return state_ == State::kDone; }
  Fault fault() const { return fault_; }
  std::uint64_t limit() const { return limit_; }

 private:
  enum class State {
    kSize,
    kExtension,
    kSizeEnd,
    kData,
    kDataReturn,
    kDataEnd,
    kTrailer,
    kTrailerLine,
    kTrailerEnd,
    kEnd,
    kDone
  };

  State after(char c);
  State after_size_digit(char c);
  State after_size_line();
  State line_byte(char c, State same, State end);
  State fail(Fault fault);
  std::size_t take_data(std::string_view input, std::string& out);

  const bool chunked_;
  const std::uint64_t limit_;
  State state_;
  Fault fault_ = Fault::kNone;
  std::uint64_t left_ = 0;   ///< of the body or the chunk
  std::uint64_t total_ = 0;  ///< of all chunks so far
  int digits_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace im::http
