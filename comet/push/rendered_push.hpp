#pragma once

#include <span>
#include <vector>

#include "comet/connection/connection.hpp"
#include "comet/wire/dialect.hpp"
#include "common/ws/deflate.hpp"

namespace im::comet {

/// Messages on their way to many connections, and their frames: each is made when the first connection of a dialect
/// needs it and then shared. The messages must outlive it. One worker.
class RenderedPush {
 public:
  /// How a connection is to be written to.
  struct Words {
    const Dialect* dialect;
    bool deflated;  ///< permessage-deflate: compressed once for all of them
    friend bool operator==(const Words&, const Words&) = default;
  };
  static Words words_of(const Connection& connection) { return {connection.dialect, connection.deflate}; }

  RenderedPush() = default;
  RenderedPush(std::span<const PushMessage> messages, bool room, ws::Deflater& deflater)
      : messages_(messages), room_(room), deflater_(&deflater) {}

  std::span<const PushMessage> messages() const { return messages_; }
  /// All messages in one write.
  const Frame& all(Words words);
  /// The message at `index` alone: for filtered sessions and for those that take one frame per write.
  const Frame& single(Words words, std::size_t index);

 private:
  struct InWords {
    Words words;
    Frame all;
    std::vector<Frame> singles;
  };
  InWords& in(Words words);
  Frame make(Words words, std::span<const PushMessage> messages);

  std::span<const PushMessage> messages_;
  bool room_ = false;
  ws::Deflater* deflater_ = nullptr;
  std::vector<InWords> rendered_;  ///< few: looked through from the front
};

}  // namespace im::comet
