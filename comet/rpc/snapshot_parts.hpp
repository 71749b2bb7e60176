#pragma once

#include <cstddef>

#include "comet/cluster/holdings.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// What a comet holds, as the messages of one answer to Snapshot: each of at most about kMaxBatchBytes, the last one
/// (often the only one) with how much was sent. Pure.
class SnapshotParts {
 public:
  SnapshotParts(CometInstance self, Holdings holdings) : self_(self), holdings_(std::move(holdings)) {}

  /// Fills `part`; false: the last one has been given.
  bool next(SnapshotPart& part);

 private:
  void add(SnapshotPart& part, SessionRecord& session) const;

  CometInstance self_;
  Holdings holdings_;
  std::size_t session_ = 0, room_ = 0;  ///< the next one
  bool ended_ = false;
};

}  // namespace im::comet
