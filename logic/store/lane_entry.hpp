#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "logic/store/write.hpp"

namespace im::logic::store {

/// Something to be written: may run more than once (each time in a new transaction), and is answered exactly once,
/// after the commit. An error means: nothing of this entry is written; the others of its batch are not touched.
struct LaneEntry {
  std::int64_t key = 0;   ///< entries of one key are written in the order they came
  std::size_t bytes = 0;  ///< what it holds, for the bound of the queue
  std::function<Status(Write&)> apply;
  std::function<void(Status)> done;
  /// Reads nothing that Write::insert and append wrote, and its key is the conversation whose head it locks: rows and
  /// heads of the batch may still wait to be written together.
  bool blind = false;
};

/// A row that is out.
struct SentMark {
  ConvId conv;
  Seq seq = 0;
};

}  // namespace im::logic::store
