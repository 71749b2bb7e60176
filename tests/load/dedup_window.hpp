#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace im::load {

/// What a client does against second copies: it remembers the ids of the last messages, here a fixed number of them.
class DedupWindow {
 public:
  explicit DedupWindow(std::size_t size) : ring_(size) {}

  /// True: not among the last ones; to be shown.
  bool fresh(std::uint64_t id) {
    if (!known_.insert(id).second) return false;
    if (known_.size() > ring_.size()) known_.erase(ring_[next_]);
    ring_[next_] = id;
    next_ = (next_ + 1) % ring_.size();
    return true;
  }

 private:
  std::vector<std::uint64_t> ring_;
  std::unordered_set<std::uint64_t> known_;
  std::size_t next_ = 0;
};

}  // namespace im::load
