#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/base/clock.hpp"

namespace im::router {

/// Texts under names, each with its end. Bounded in bytes, in two rooms: rows of tenants (idempotency keys of API keys)
/// and all others (revocations), so that no tenant can keep a revocation out. Where the tenants' room is full, the
/// oldest rows of the tenant that has most of it go. Where the other is full, nothing new goes in and nothing old goes
/// out before its time. The clock is passed in; one thread at a time.
class ExpiringTable {
 public:
  /// A quarter of `max_bytes` is for rows without a tenant. `forgotten` (may be empty): a row that went by itself,
  /// because it was over or for want of room.
  explicit ExpiringTable(std::size_t max_bytes, std::function<void(const std::string& key)> forgotten = {})
      : own_room_(max_bytes / 4), tenant_room_(max_bytes - own_room_), forgotten_(std::move(forgotten)) {}

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
  std::size_t bytes() const { return own_bytes_ + tenant_bytes_; }
  /// Rows of tenants that went before their time.
  std::uint64_t evicted() const { return evicted_; }

  /// "push/ID" of "push/ID/..."; "" = no tenant.
  static std::string_view tenant_of(std::string_view key);

 private:
  struct Tenant {
    std::size_t bytes = 0;
    std::map<std::uint64_t, const std::string*> rows;  ///< oldest first; keys of rows_
  };
  using Ends = std::multimap<TimePoint, const std::string*>;
  struct Row {
    std::string value;
    TimePoint until;
    std::uint64_t number = 0;  ///< rises with each put
    Ends::iterator end;
  };
  using Rows = std::unordered_map<std::string, Row>;
  static std::size_t cost(const std::string& key, const std::string& value);
  void make_room(std::size_t bytes);
  void insert(const std::string& key, std::string value, TimePoint until);
  void erase(Rows::iterator row);
  void forget(Rows::iterator row);

  const std::size_t own_room_;
  const std::size_t tenant_room_;
  const std::function<void(const std::string&)> forgotten_;
  std::size_t own_bytes_ = 0;
  std::size_t tenant_bytes_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t evicted_ = 0;
  Rows rows_;
  Ends ends_;
  std::map<std::string, Tenant, std::less<>> tenants_;
};

}  // namespace im::router
