#pragma once

#include <cstdint>

#include "logic/store/message.hpp"

namespace im::logic::store {

/// The newest of a conversation; in a lane its row is locked until the commit.
struct ConvHead {
  ConvId conv;
  ConvKind kind = ConvKind::kP2p;
  Seq last_seq = 0;
  std::int64_t last_ts = 0;
  std::int64_t counted = 0;
  Uid low, high;  ///< of a p2p conversation

  Uid peer_of(Uid uid) const { return uid == low ? high : low; }
};

}  // namespace im::logic::store
