#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.hpp"

namespace im::router {

/// Texts under names, each with its end. Bounded in bytes: when it is full nothing new goes in, and nothing old goes
/// out before its time. The clock is passed in; one thread at a time.
class ExpiringTable {
 public:
  explicit ExpiringTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  enum class Put { kStored, kExists, kFull };
  /// `existing` is set for kExists (only with if_absent).
  Put put(const std::string& key, std::string value, TimePoint until, bool if_absent, TimePoint now,
          std::string* existing);
  void remove(const std::string& key);
  const std::string* find(const std::string& key, TimePoint now) const;
  /// Forgets what is over.
  void expire(TimePoint now);
  /// use(key, value, until) for every row.
  template <class Use>
  void for_each(Use&& use) const {
    for (const auto& [key, row] : rows_) use(key, row.value, row.until);
  }
  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Row {
    std::string value;
    TimePoint until;
  };
  struct End {
    TimePoint at;
    std::string key;
    bool operator>(const End& other) const { return at > other.at; }
  };
  static std::size_t cost(const std::string& key, const std::string& value);
  void erase(std::unordered_map<std::string, Row>::iterator row);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Row> rows_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;  ///< may name rows that were replaced since
};

}  // namespace im::router
