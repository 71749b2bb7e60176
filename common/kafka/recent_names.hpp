#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "common/kafka/record_name.hpp"

namespace im::kafka {

/// The last records read of one partition, by name: one of them that stands in the log once more, further on, is a
/// copy. Read again at its own offset (another member gave the partition back) it is none. Pure.
class RecentNames {
 public:
  explicit RecentNames(std::size_t kept = 16384) : kept_(kept) {}

  bool copy(const RecordName& name, std::int64_t offset) {
    const auto [known, fresh] = offsets_.try_emplace(name, offset);
    if (!fresh) return known->second != offset;
    by_age_.push_back(name);
    if (by_age_.size() > kept_) {
      offsets_.erase(by_age_.front());
      by_age_.pop_front();
    }
    return false;
  }

 private:
  std::size_t kept_;
  std::map<RecordName, std::int64_t> offsets_;
  std::deque<RecordName> by_age_;
};

}  // namespace im::kafka
