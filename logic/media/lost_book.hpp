#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>

namespace im::logic::media {

/// Media of which the log has said that their bytes are not there: a line for each, not one for each reader. Bounded.
/// Any thread.
class LostBook {
 public:
  explicit LostBook(std::size_t most = 1000) : most_(most) {}
  /// True: it is to be told, once until it was found again. False, too, where the book is full.
  bool add(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return ids_.size() < most_ && ids_.insert(id).second;
  }
  void found(const std::string& id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::set<std::string> ids_;
};

}  // namespace im::logic::media
