#pragma once

#include "logic/store/message.hpp"

namespace im::logic::store {

/// The outbox is shared out among logics in so many parts; a conversation is in one.
constexpr int kOutboxShards = 16;
constexpr int outbox_shard(ConvId conv) { return static_cast<int>(conv.value() % kOutboxShards); }

}  // namespace im::logic::store
