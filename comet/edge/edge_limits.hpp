#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "comet/edge/ip_table.hpp"
#include "comet/edge/limit_table.hpp"
#include "common/base/ids.hpp"
#include "common/base/rate.hpp"

/// Limits of who is at the other end, shared by the workers (docs/security.md "Limits"). Locks are taken when a
/// connection comes, authenticates or goes, never for a message.
namespace im::comet {

/// Which limit refused something: label of im_comet_limited_total.
enum class Limit : std::uint8_t {
  kAddressConnections,
  kAddressConnectRate,
  kAddressAuthRate,
  kAddressAuthFailures,
  kUserConnections,
  kUserSessions,  ///< over the whole cluster; logic and router refused
  kUserMessages,
  kConnectionMessages,
  kPollsUnasked,  ///< sessions of long-poll that nobody asks for a message
  kCount
};
const char* label(Limit limit);

/// Addresses of one customer: IPv6 by its /64.
IpAddress customer_of(IpAddress address);

struct Refusal {
  Limit limit = Limit::kCount;
  Duration retry_after{};
};
using Admission = std::optional<Refusal>;  ///< nothing = admitted

struct AddressPolicy {
  std::uint32_t max_connections = 0;  ///< open at once; 0 = no limit
  Rate connects;
  Rate auths;
  Rate auth_failures;
  std::size_t max_entries = 65536;
};

/// Per client address; IPv6 by its /64, which one customer has to himself. Any thread.
class AddressLimits {
 public:
  explicit AddressLimits(const AddressPolicy& policy) : policy_(policy), table_(policy_.max_entries) { set(policy); }

  bool active() const { return active_; }
  /// From here on, for who is connected too; max_entries stays as it was.
  void set(const AddressPolicy& policy);
  struct Arrived {
    Admission refused;
    bool counted = false;  ///< as open, until left()
  };
  Arrived arrived(const IpAddress& address, TimePoint now);
  void left(const IpAddress& address);
  /// One attempt to authenticate. Failures of others behind the same address do not count: who guesses is slowed, who
  /// has a good token is not.
  Admission authenticates(const IpAddress& address, TimePoint now);
  /// A refused token. True: one too many, its client is to wait.
  bool auth_failed(const IpAddress& address, TimePoint now);
  LimitTableStats stats() const;

 private:
  struct State {
    std::uint32_t open = 0;
    TimePoint connects{}, auths{}, auth_failures{};
    bool in_use() const { return open > 0; }
    bool empty(TimePoint now) const { return open == 0 && connects <= now && auths <= now && auth_failures <= now; }
  };

  mutable std::mutex mutex_;
  AddressPolicy policy_;
  std::atomic<bool> active_{false};
  LimitTable<IpAddress, State, IpTable::Hash> table_;
};

struct UserPolicy {
  std::uint32_t max_connections = 0;  ///< open at once on this comet; 0 = no limit
  Rate messages;
  std::size_t max_entries = 65536;
};

/// What the sessions of one user on this comet share.
struct UserShare {
  std::uint32_t open = 0;
  std::atomic<TimePoint> messages{};
  bool in_use() const { return open > 0; }
  bool empty(TimePoint now) const { return open == 0 && messages.load(std::memory_order_relaxed) <= now; }
};

/// Per user (uid above 0), over the workers of this comet. Any thread.
class UserLimits {
 public:
  explicit UserLimits(const UserPolicy& policy) : table_(policy.max_entries) { set(policy); }

  bool active() const { return policy().max_connections > 0 || !policy().messages.unlimited(); }
  /// From here on; who entered while there was no limit stays without. max_entries stays as it was.
  void set(const UserPolicy& policy);
  struct Entered {
    Admission refused;
    UserShare* share = nullptr;  ///< give it back to left(); nullptr: not tracked
  };
  /// `leaving`: connections that this one has replaced and that may still be counted.
  Entered entered(Uid uid, std::size_t leaving, TimePoint now);
  void left(UserShare& share);
  /// A message of a session that entered, worth `cost` packets; takes no lock.
  Admission message(UserShare& share, TimePoint now, std::uint32_t cost = 1) const;
  LimitTableStats stats() const;

 private:
  const UserPolicy& policy() const { return *policy_.load(std::memory_order_acquire); }

  mutable std::mutex mutex_;
  /// All policies so far, one for each change: message() reads without a lock, so an old one is never given back.
  std::deque<UserPolicy> policies_;
  std::atomic<const UserPolicy*> policy_{nullptr};
  LimitTable<std::int64_t, UserShare> table_;
};

/// Who is at the other end, over all workers.
struct Edge {
  Edge() : Edge(AddressPolicy{}, UserPolicy{}) {}
  Edge(const AddressPolicy& address_policy, const UserPolicy& user_policy)
      : addresses(address_policy), users(user_policy) {}

  IpTable ips;
  AddressLimits addresses;
  UserLimits users;
};

}  // namespace im::comet
