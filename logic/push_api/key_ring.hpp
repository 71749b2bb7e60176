#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/file_stamp.hpp"
#include "common/base/token_bucket.hpp"
#include "common/keys/api_key.hpp"
#include "logic/push_api/problem.hpp"

namespace im::logic {

/// What a call costs: one for each target and 4 KiB of its body, so that one push of 64 KiB to a thousand users is not
/// one.
struct PushCost {
  std::size_t pushes = 0;
  double tokens = 0;
};

/// The API keys that are good now, each with its rate limit. Any thread.
class KeyRing {
 public:
  /// Takes the place of all keys; a key that stays keeps the state of its limit.
  void replace(std::vector<ApiKey> keys);
  /// The key that `text` (imk_ID_SECRET) proves, or why not. `now_ms` Unix time, for expiry.
  std::variant<ApiKey, Problem> authenticate(std::string_view text, std::int64_t now_ms) const;
  /// Takes `cost` from the limit of the key, or says when to come back.
  std::optional<Problem> spend(const ApiKey& key, const PushCost& cost, TimePoint now);
  std::size_t size() const;

 private:
  std::optional<ApiKey> find(std::string_view id) const;
  struct Slot {
    ApiKey key;
    TokenBucket bucket;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Slot, std::less<>> by_id_;
};

/// Keeps a KeyRing equal to a file: look() reads it when it has changed. A broken file keeps the old keys.
class KeyRingFile {
 public:
  /// `path` "" = no keys: /v1 refuses every call.
  KeyRingFile(std::string path, KeyRing& ring) : path_(std::move(path)), ring_(ring) {}
  void look();

 private:
  std::string path_;
  KeyRing& ring_;
  FileStamp stamp_;
};

}  // namespace im::logic
