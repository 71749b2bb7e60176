#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "comet/wire/frame.hpp"
#include "comet/wire/push_fate.hpp"
#include "common/base/ids.hpp"
#include "common/push/facts.hpp"

namespace im::comet {

/// Who does not get a message although it is for them.
struct PushExcept {
  std::vector<ConnId> conns;
  std::vector<std::string> keys;
};

/// One pushed message as it travels from the push stream to every worker.
struct PushMessage {
  std::int32_t operation = 0;
  std::shared_ptr<const std::string> body;
  std::int64_t written_ms = 0;  ///< when it went into Kafka, by its logic's clock (Unix time); 0 = not known
  std::int32_t speed = 0;       ///< broadcasts: connections per second for this comet; 0 = as fast as possible
  PushFacts facts;
  std::shared_ptr<const PushExcept> except;  ///< null: nobody
  std::shared_ptr<PushFate> fate;            ///< null: nobody asks what becomes of it
};

/// Builds the shared frame of a batch: on TCP the packets follow each other, on WebSocket they are wrapped in one
/// op 9 packet in one binary message (docs/protocol.md "Pushes"). Both are slices of one buffer. Pure.
class PushFrameBuilder {
 public:
  PushFrameBuilder();
  void add(const PushMessage& message);
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.size() == kPrefix; }
  Frame finish() &&;

 private:
  static constexpr std::size_t kPrefix = 10 + 16;  ///< room for the largest WebSocket header and the op 9 header
  std::string bytes_;
};

/// The frame of a single message.
Frame push_frame(const PushMessage& message);

}  // namespace im::comet
