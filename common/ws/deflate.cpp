#include "common/ws/deflate.hpp"

#include <algorithm>
#include <new>
#include <zlib.h>

#include "common/ws/frame.hpp"

namespace im::ws {

namespace {

constexpr int kWindowBits = -15;  // 32 KiB, raw
constexpr int kMemory = 8;
/// What a flush ends with; it does not travel (RFC 7692 §7.2.1).
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);
constexpr std::size_t kPiece = 4096;
constexpr std::size_t kWorthIt = 64;  ///< shorter ones do not get smaller

Bytef* bytes_of(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

z_stream_s* begun(int code, std::unique_ptr<z_stream_s> stream) {
  if (code != Z_OK) throw std::bad_alloc();
  return stream.release();
}

/// Of inflate(): the bytes are none that a deflate made. Z_BUF_ERROR says that it can do nothing just now.
bool is_bad(int code) { return code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END; }

}  // namespace

void EndsStream::operator()(z_stream_s* stream) const {
  end(stream);
  delete stream;
}

std::string_view Deflater::deflate(std::string_view payload) {
  if (!stream_) {
    auto fresh = std::make_unique<z_stream_s>();
    const int code =
        deflateInit2(fresh.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits, kMemory, Z_DEFAULT_STRATEGY);
    stream_ = ZStream(begun(code, std::move(fresh)), {deflateEnd});
  }
  z_stream_s& stream = *stream_;
  deflateReset(&stream);
  // The bound is that of a finished stream; a flush has a few bytes more.
  out_.resize(deflateBound(&stream, payload.size()) + kTail.size() + 16);
  stream.next_in = bytes_of(payload);
  stream.avail_in = static_cast<uInt>(payload.size());
  stream.next_out = bytes_of(out_);
  stream.avail_out = static_cast<uInt>(out_.size());
  ::deflate(&stream, Z_SYNC_FLUSH);
  return std::string_view(out_).substr(0, out_.size() - stream.avail_out - kTail.size());
}

/// A piece at a time, and a block at a time: only between blocks may a message end.
Inflater::Outcome Inflater::feed(std::string_view bytes, std::size_t most) {
  z_stream_s& stream = *stream_;
  stream.next_in = bytes_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  for (;;) {
    if (size_ > most) return Outcome::kTooBig;
    if (out_.size() - size_ < kPiece) out_.resize(size_ + 2 * kPiece);
    const auto room = static_cast<uInt>(out_.size() - size_);
    stream.next_out = bytes_of(out_) + size_;
    stream.avail_out = room;
    const int code = ::inflate(&stream, Z_BLOCK);
    size_ += room - stream.avail_out;
    if (is_bad(code)) return Outcome::kBad;
    ended_ = code == Z_STREAM_END;
    at_block_ = ended_ || (stream.data_type & 128) != 0;
    if (ended_ && stream.avail_in > 0) inflateReset(&stream);  // what follows a last block begins anew (§7.2.3.4)
    if (stream.avail_in == 0 && stream.avail_out > 0) return size_ > most ? Outcome::kTooBig : Outcome::kDone;
    if (code == Z_BUF_ERROR && stream.avail_out > 0) return Outcome::kBad;
  }
}

Inflater::Outcome Inflater::inflate(std::string_view payload, std::size_t max) {
  if (!stream_) {
    auto fresh = std::make_unique<z_stream_s>();
    const int code = inflateInit2(fresh.get(), kWindowBits);
    stream_ = ZStream(begun(code, std::move(fresh)), {inflateEnd});
  }
  inflateReset(stream_.get());
  size_ = 0;
  ended_ = at_block_ = false;
  if (out_.capacity() > 16 * kPiece) out_ = std::string();  // of one large message; the next ones are small again
  const std::size_t most = std::min(max, std::max(kFree, kMostRatio * payload.size()));
  if (const Outcome outcome = feed(payload, most); outcome != Outcome::kDone) return outcome;
  if (ended_) return Outcome::kDone;
  if (const Outcome outcome = feed(kTail, most); outcome != Outcome::kDone) return outcome;
  return at_block_ ? Outcome::kDone : Outcome::kBad;
}

std::string deflate_frames(Deflater& deflater, std::string_view frames) {
  std::string out;
  while (frames.size() >= 2) {
    const ServerFrame one = read_server_frame(frames);
    const std::string_view payload = frames.substr(one.header, one.size);
    const bool data = one.opcode == Opcode::kText || one.opcode == Opcode::kBinary;
    const std::string_view packed = data && payload.size() >= kWorthIt ? deflater.deflate(payload) : payload;
    if (packed.size() < payload.size()) {
      char header[kMaxServerHeader];
      const std::size_t size = write_header(header, one.opcode, packed.size());
      header[0] = static_cast<char>(static_cast<unsigned char>(header[0]) | kRsv1);
      out.append(header, size).append(packed);
    } else {
      out.append(frames.substr(0, one.header + one.size));
    }
    frames.remove_prefix(one.header + one.size);
  }
  return out;
}

}  // namespace im::ws
