#include "comet/wire/push_frame.hpp"

#include <cstring>

#include "common/wire/packet.hpp"
#include "common/ws/frame.hpp"

namespace im::comet {

PushFrameBuilder::PushFrameBuilder() : bytes_(kPrefix, '\0') {}

void PushFrameBuilder::add(const PushMessage& message) {
  wire::append_packet(bytes_, {.version = 1, .op = message.operation, .seq = 0, .body = *message.body});
}

Frame PushFrameBuilder::finish() && {
  const std::size_t inner = bytes_.size() - kPrefix;
  wire::write_header(bytes_.data() + ws::kMaxServerHeader, inner,
                     {.version = 1, .op = wire::kOpRaw, .seq = 0, .body = {}});
  char header[ws::kMaxServerHeader];
  const std::size_t header_size = ws::write_header(header, ws::Opcode::kBinary, inner + wire::kHeaderSize);
  const std::size_t ws_offset = ws::kMaxServerHeader - header_size;
  std::memcpy(bytes_.data() + ws_offset, header, header_size);
  return Frame(std::move(bytes_), ws_offset, kPrefix);
}

Frame push_frame(const PushMessage& message) {
  PushFrameBuilder builder;
  builder.add(message);
  return std::move(builder).finish();
}

}  // namespace im::comet
