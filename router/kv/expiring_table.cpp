#include "router/kv/expiring_table.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

namespace {
constexpr std::string_view kTenants = "push/";
}

std::string_view ExpiringTable::tenant_of(std::string_view key) {
  if (!key.starts_with(kTenants)) return {};
  const auto end = key.find('/', kTenants.size());
  return end == std::string_view::npos ? std::string_view() : key.substr(0, end);
}

// The key, the value and what the containers need beside them.
std::size_t ExpiringTable::cost(const std::string& key, const std::string& value) {
  return key.size() + value.size() + 300;
}

void ExpiringTable::erase(Rows::iterator row) {
  const auto bytes = cost(row->first, row->second.value);
  ends_.erase(row->second.end);
  const auto tenant = tenants_.find(tenant_of(row->first));
  if (tenant == tenants_.end()) {
    own_bytes_ -= bytes;
  } else {
    tenant_bytes_ -= bytes;
    tenant->second.bytes -= bytes;
    tenant->second.rows.erase(row->second.number);
    if (tenant->second.rows.empty()) tenants_.erase(tenant);
  }
  rows_.erase(row);
}

void ExpiringTable::forget(Rows::iterator row) {
  const std::string key = row->first;
  erase(row);
  if (forgotten_) forgotten_(key);
}

void ExpiringTable::insert(const std::string& key, std::string value, TimePoint until) {
  const auto bytes = cost(key, value);
  const auto row = rows_.try_emplace(key, Row{std::move(value), until, ++last_number_, {}}).first;
  row->second.end = ends_.emplace(until, &row->first);
  const auto name = tenant_of(key);
  if (name.empty()) {
    own_bytes_ += bytes;
    return;
  }
  auto& tenant = tenants_[std::string(name)];
  tenant_bytes_ += bytes;
  tenant.bytes += bytes;
  tenant.rows.emplace(row->second.number, &row->first);
}

void ExpiringTable::make_room(std::size_t bytes) {
  while (tenant_bytes_ + bytes > tenant_room_) {
    const auto fullest = std::ranges::max_element(tenants_, {}, [](const auto& one) { return one.second.bytes; });
    forget(rows_.find(*fullest->second.rows.begin()->second));
    ++evicted_;
  }
}

ExpiringTable::Put ExpiringTable::put(const std::string& key, std::string value, TimePoint until, bool if_absent,
                                      TimePoint now, std::string* existing) {
  expire(now);
  const auto row = rows_.find(key);
  if (row != rows_.end() && if_absent) {
    if (existing != nullptr) *existing = row->second.value;
    return Put::kExists;
  }
  const auto tenant = tenant_of(key);
  const auto bytes = cost(key, value);
  const std::size_t freed = row == rows_.end() ? 0 : cost(key, row->second.value);
  if (tenant.empty() ? own_bytes_ - freed + bytes > own_room_ : bytes > tenant_room_) return Put::kFull;
  if (row != rows_.end()) erase(row);
  if (!tenant.empty()) make_room(bytes);
  insert(key, std::move(value), until);
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
  while (!ends_.empty() && ends_.begin()->first <= now) forget(rows_.find(*ends_.begin()->second));
}

}  // namespace im::router
