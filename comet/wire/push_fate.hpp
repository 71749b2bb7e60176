#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace im::comet {

/// What became of one push at connections of this comet.
struct FateCounts {
  std::uint64_t delivered = 0;  ///< written to the socket, or waiting for it to take more
  std::uint64_t missed = 0;     ///< the connection had ended, or was closed because it was too slow
  std::uint64_t dropped = 0;    ///< left out for a client that stays: too slow, or its room was full
  std::uint64_t unwanted = 0;   ///< its session did not ask for the operation
};

/// Counts for a push that somebody asks about. Held by everything that still brings it; when the last holder lets go,
/// the counts are told. Any thread.
class PushFate {
 public:
  using Done = std::function<void(const std::string& name, const FateCounts& counts)>;
  /// `done` runs once, on the thread of the last holder.
  PushFate(std::string name, Done done) : name_(std::move(name)), done_(std::move(done)) {}
  ~PushFate() { done_(name_, {delivered_.load(), missed_.load(), dropped_.load(), unwanted_.load()}); }
  PushFate(const PushFate&) = delete;
  PushFate& operator=(const PushFate&) = delete;

  void delivered() { delivered_.fetch_add(1, std::memory_order_relaxed); }
  void missed() { missed_.fetch_add(1, std::memory_order_relaxed); }
  void dropped(std::uint64_t copies = 1) { dropped_.fetch_add(copies, std::memory_order_relaxed); }
  void unwanted() { unwanted_.fetch_add(1, std::memory_order_relaxed); }

 private:
  const std::string name_;
  const Done done_;
  std::atomic<std::uint64_t> delivered_{0}, missed_{0}, dropped_{0}, unwanted_{0};
};

}  // namespace im::comet
