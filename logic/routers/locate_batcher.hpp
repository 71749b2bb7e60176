#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Gathers locate calls while one is under way, so that any rate of pushes costs one call at a time, and answers them
/// in the order they came. No cache: a join that was acknowledged is seen by every later push. Any thread.
class LocateBatcher {
 public:
  using Done = SessionDirectory::Done<LocateAnswer>;
  /// Starts one call; must not call back before it returns.
  using Call = std::function<void(LocateAsk, Done)>;

  LocateBatcher(Call call, std::size_t max_waiting) : call_(std::move(call)), max_waiting_(max_waiting) {}
  /// kOverloaded at once when too many wait.
  void locate(LocateAsk ask, Done done);
  std::uint64_t calls() const;

 private:
  struct Waiting {
    LocateAsk ask;
    Done done;
  };
  static constexpr std::size_t kPerCall = 1000;  ///< entries of one call
  void start(std::unique_lock<std::mutex> lock);
  void finish(std::vector<Waiting> batch, const Result<LocateAnswer>& result);

  Call call_;
  std::size_t max_waiting_;
  mutable std::mutex mutex_;
  std::vector<Waiting> waiting_;
  bool in_flight_ = false;
  std::uint64_t calls_ = 0;
};

}  // namespace im::logic
