#include "router/kv/expiring_table.hpp"

namespace im::router {

// Both copies of the key and what the containers need beside it.
std::size_t ExpiringTable::cost(const std::string& key, const std::string& value) {
  return 2 * key.size() + value.size() + 160;
}

void ExpiringTable::erase(std::unordered_map<std::string, Row>::iterator row) {
  bytes_ -= cost(row->first, row->second.value);
  rows_.erase(row);
}

ExpiringTable::Put ExpiringTable::put(const std::string& key, std::string value, TimePoint until, bool if_absent,
                                      TimePoint now, std::string* existing) {
  expire(now);
  const auto row = rows_.find(key);
  if (row != rows_.end() && if_absent) {
    if (existing != nullptr) *existing = row->second.value;
    return Put::kExists;
  }
  const std::size_t freed = row == rows_.end() ? 0 : cost(key, row->second.value);
  if (bytes_ - freed + cost(key, value) > max_bytes_) return Put::kFull;
  if (row != rows_.end()) erase(row);
  bytes_ += cost(key, value);
  rows_.insert_or_assign(key, Row{std::move(value), until});
  ends_.push({until, key});
  return Put::kStored;
}

void ExpiringTable::remove(const std::string& key) {
  const auto row = rows_.find(key);
  if (row != rows_.end()) erase(row);
}

const std::string* ExpiringTable::find(const std::string& key, TimePoint now) const {
  const auto row = rows_.find(key);
  return row == rows_.end() || row->second.until <= now ? nullptr : &row->second.value;
}

void ExpiringTable::expire(TimePoint now) {
  while (!ends_.empty() && ends_.top().at <= now) {
    const auto row = rows_.find(ends_.top().key);
    if (row != rows_.end() && row->second.until <= now) erase(row);
    ends_.pop();
  }
}

}  // namespace im::router
