#pragma once

#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/clock.hpp"

namespace im::logic {

/// Answers under names, each with an end. Bounded in entries: when it is full the one that was put longest ago goes.
/// The clock is passed in; one thread at a time.
template <class Value>
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t most) : most_(most) {}

  /// `fresh`: until when find() gives it; `stale` (not before `fresh`): until when find_stale() does.
  void put(const std::string& name, Value value, TimePoint fresh, TimePoint stale) {
    if (most_ == 0) return;
    remove(name);
    while (rows_.size() >= most_) {
      index_.erase(rows_.front().name);
      rows_.pop_front();
    }
    rows_.push_back({name, std::move(value), fresh, stale});
    index_[name] = std::prev(rows_.end());
  }
  void remove(const std::string& name) {
    const auto found = index_.find(name);
    if (found == index_.end()) return;
    rows_.erase(found->second);
    index_.erase(found);
  }
  const Value* find(const std::string& name, TimePoint now) {
    const Row* row = alive(name, now);
    return row != nullptr && now < row->fresh ? &row->value : nullptr;
  }
  const Value* find_stale(const std::string& name, TimePoint now) {
    const Row* row = alive(name, now);
    return row == nullptr ? nullptr : &row->value;
  }
  std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::string name;
    Value value;
    TimePoint fresh, stale;
  };
  const Row* alive(const std::string& name, TimePoint now) {
    const auto found = index_.find(name);
    if (found == index_.end()) return nullptr;
    if (now < found->second->stale) return &*found->second;
    rows_.erase(found->second);
    index_.erase(found);
    return nullptr;
  }

  std::size_t most_;
  std::list<Row> rows_;  ///< the oldest first
  std::unordered_map<std::string, typename std::list<Row>::iterator> index_;
};

}  // namespace im::logic
