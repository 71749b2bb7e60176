#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "im/comet.pb.h"

namespace im::router {

/// Whether the parts that came are all of a comet's answer. gRPC ends a stream the same way whether the comet was done,
/// a message could not be read or a middlebox cut it off: only what the last part says counts. Pure.
class SnapshotTally {
 public:
  void add(const comet::SnapshotPart& part) {
    late_ = late_ || ended_;
    sessions_ += static_cast<std::uint64_t>(part.sessions_size());
    rooms_ += static_cast<std::uint64_t>(part.rooms_size());
    if (!part.has_end()) return;
    ended_ = true;
    end_ = part.end();
  }

  /// To be asked when the stream is over.
  Status whole() const {
    if (!ended_) return broken("without its last part");
    if (late_) return broken("with more behind its last part");
    if (sessions_ == end_.sessions() && rooms_ == end_.rooms()) return Ok{};
    return broken("with " + std::to_string(sessions_) + " of " + std::to_string(end_.sessions()) + " sessions and " +
                  std::to_string(rooms_) + " of " + std::to_string(end_.rooms()) + " rooms");
  }

 private:
  static Error broken(const std::string& how) { return {Error::Code::kUnavailable, "the comet's answer came " + how}; }
  std::uint64_t sessions_ = 0, rooms_ = 0;
  comet::SnapshotPart::End end_;
  bool ended_ = false, late_ = false;
};

}  // namespace im::router
