#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/base/clock.hpp"
#include "common/base/repeat.hpp"
#include "common/base/token_bucket.hpp"

namespace im::logic {

/// Wrong API keys by address: 20 a second, 100 at once; above that who guesses is told to come later. Good keys are
/// never asked here, so nobody is locked out by who else uses his address. Any thread.
class KeyGuesses {
 public:
  /// One more; how long until the next guess of `client` is looked at, when it is one too many.
  std::optional<Duration> wrong(const std::string& client, TimePoint now);

 private:
  static constexpr std::size_t kMost = 4096;  ///< addresses; those beyond share a bucket
  TokenBucket& bucket_of(const std::string& client, TimePoint now);

  std::mutex mutex_;
  std::unordered_map<std::string, TokenBucket> buckets_;
  TimePoint cleaned_{};
  Repeat told_;
};

}  // namespace im::logic
