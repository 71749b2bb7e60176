#include "comet/edge/edge_limits.hpp"

#include <algorithm>
#include <array>

namespace im::comet {

namespace {

constexpr std::size_t kV6Prefix = 8;
/// A connection that is too many may come again when another one goes, which nobody knows.
constexpr std::chrono::seconds kRetryConnection{5};

}  // namespace

IpAddress customer_of(IpAddress address) {
  if (!is_v4(address)) std::fill(address.begin() + kV6Prefix, address.end(), std::uint8_t{0});
  return address;
}

const char* label(Limit limit) {
  static constexpr std::array<const char*, static_cast<std::size_t>(Limit::kCount)> kLabels{
      "address_connections", "address_connect_rate", "address_auth_rate",   "address_auth_failures", "user_connections",
      "user_sessions",       "user_messages",        "connection_messages", "polls_unasked"};
  return kLabels[static_cast<std::size_t>(limit)];
}

void AddressLimits::set(const AddressPolicy& policy) {
  const std::lock_guard lock(mutex_);
  policy_ = policy;
  active_ = policy.max_connections > 0 || !policy.connects.unlimited() || !policy.auths.unlimited() ||
            !policy.auth_failures.unlimited();
}

AddressLimits::Arrived AddressLimits::arrived(const IpAddress& address, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State* state = table_.find_or_make(customer_of(address), now);
  if (state == nullptr) return {};
  if (policy_.max_connections > 0 && state->open >= policy_.max_connections)
    return {Refusal{Limit::kAddressConnections, kRetryConnection}};
  if (const auto wait = policy_.connects.take(state->connects, now))
    return {Refusal{Limit::kAddressConnectRate, *wait}};
  ++state->open;
  return {std::nullopt, true};
}

void AddressLimits::left(const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  if (State* state = table_.find(customer_of(address))) --state->open;  // an entry with open connections stays
}

Admission AddressLimits::authenticates(const IpAddress& address, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State* state = table_.find_or_make(customer_of(address), now);
  if (state == nullptr) return std::nullopt;
  if (const auto wait = policy_.auths.take(state->auths, now)) return Refusal{Limit::kAddressAuthRate, *wait};
  return std::nullopt;
}

bool AddressLimits::auth_failed(const IpAddress& address, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State* state = table_.find_or_make(customer_of(address), now);
  return state != nullptr && policy_.auth_failures.take(state->auth_failures, now).has_value();
}

LimitTableStats AddressLimits::stats() const {
  const std::lock_guard lock(mutex_);
  return table_.stats();
}

void UserLimits::set(const UserPolicy& policy) {
  const std::lock_guard lock(mutex_);
  policy_.store(&policies_.emplace_back(policy), std::memory_order_release);
}

UserLimits::Entered UserLimits::entered(Uid uid, std::size_t leaving, TimePoint now) {
  if (!active() || uid.value() <= 0) return {};
  const std::lock_guard lock(mutex_);
  UserShare* share = table_.find_or_make(uid.value(), now);
  if (share == nullptr) return {};
  if (policy().max_connections > 0 && share->open >= policy().max_connections + leaving)
    return {Refusal{Limit::kUserConnections, kRetryConnection}, nullptr};
  ++share->open;
  return {std::nullopt, share};
}

void UserLimits::left(UserShare& share) {
  const std::lock_guard lock(mutex_);
  --share.open;
}

Admission UserLimits::message(UserShare& share, TimePoint now, std::uint32_t cost) const {
  const auto wait = policy().messages.take(share.messages, now, cost);
  return wait ? Admission(Refusal{Limit::kUserMessages, *wait}) : std::nullopt;
}

LimitTableStats UserLimits::stats() const {
  const std::lock_guard lock(mutex_);
  return table_.stats();
}

}  // namespace im::comet
