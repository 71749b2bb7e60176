#pragma once

#include <atomic>
#include <cstdint>

#include "logic/chat/standing.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

/// Days for which rows are kept, by kind of conversation; 0: for good.
struct Keeping {
  int p2p = 0, group = 0, room = 0;
  bool any() const { return p2p > 0 || group > 0 || room > 0; }
};

/// Takes away rows that are older than they have to be kept, from the beginning of a conversation on, some in a
/// transaction. What is not out yet is not taken. Blocking; one thread at a time in a logic, and any number of logics.
class Retention {
 public:
  Retention(store::Store& store, Keeping keeping) : store_(store), keeping_(keeping) {}

  /// How many rows went.
  Result<std::int64_t> round();
  /// Ends a round early; any thread.
  void stop() { stopping_ = true; }
  std::uint64_t removed() const { return removed_; }

 private:
  Result<std::int64_t> round_of(ConvKind kind, std::int64_t before_ms);
  Result<std::int64_t> trim(ConvId conv, std::int64_t before_ms);

  store::Store& store_;
  const Keeping keeping_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> removed_{0};
};

}  // namespace im::logic::chat
