#pragma once

#include <cstdint>

namespace im::imctl {

/// How far an upload has come, so that one that stands still is told from one that moves. Pure.
class UploadTrack {
 public:
  explicit UploadTrack(std::uint64_t from) : furthest_(from) {}
  /// Whether that is further than it ever was.
  bool reaches(std::uint64_t offset) {
    if (offset <= furthest_) return false;
    furthest_ = offset;
    return true;
  }
  /// The server has lost what comes after `offset`, and says so (docs/decisions/0123-bytes-a-disk-has-not-kept.md):
  /// what is sent again is further. A few times an upload, for a server that loses all of it each time keeps nothing.
  void falls_back(std::uint64_t offset) {
    constexpr int kMostFalls = 3;
    if (offset >= furthest_ || falls_ == kMostFalls) return;
    ++falls_;
    furthest_ = offset;
  }

 private:
  std::uint64_t furthest_;
  int falls_ = 0;
};

}  // namespace im::imctl
