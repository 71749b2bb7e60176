#pragma once

#include <span>
#include <vector>

#include "comet/wire/dialect.hpp"

namespace im::comet {

/// Messages on their way to many connections, and their frames: each is made when the first connection of a dialect
/// needs it and then shared. The messages must outlive it. One worker.
class RenderedPush {
 public:
  RenderedPush() = default;
  RenderedPush(std::span<const PushMessage> messages, bool room) : messages_(messages), room_(room) {}

  std::span<const PushMessage> messages() const { return messages_; }
  /// All messages in one write.
  const Frame& all(const Dialect& dialect);
  /// The message at `index` alone: for filtered sessions and for those that take one frame per write.
  const Frame& single(const Dialect& dialect, std::size_t index);

 private:
  struct OfDialect {
    const Dialect* dialect;
    Frame all;
    std::vector<Frame> singles;
  };
  OfDialect& of(const Dialect& dialect);

  std::span<const PushMessage> messages_;
  bool room_ = false;
  std::vector<OfDialect> rendered_;  ///< few: looked through from the front
};

}  // namespace im::comet
