#pragma once

#include <mutex>
#include <string>

#include "common/redis/client.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

/// SlotStore on one Redis master (not on Redis Cluster). Every call is one script, so it takes effect as a whole.
/// Keys, with the prefix "im":
///   im:router:ID       string, the address; PX = the lease
///   im:routers         hash, ID -> address, of all whose lease may live
///   im:slots           hash, slot -> "owner epoch serial"; owner 0 = nobody, serial = of the owner's last write
///   im:slots:version   string, max(last + 1, Redis' Unix time in us) at each change of an owner or epoch
///   im:slot:N          hash, what was written
/// The serial refuses a write that was sent on a connection that has been given up and is only read after later ones:
/// kUnavailable, as for the rest of what was sent there.
/// Callbacks run on the client's thread.
class RedisSlotStore final : public SlotStore {
 public:
  /// `client` must be stopped before the store goes.
  RedisSlotStore(redis::Client& client, std::string prefix);

  void renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
             Done<Membership> done) override;
  void claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
             Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) override;
  void release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) override;
  void leave(RouterId self, Done<Ok> done) override;
  void write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
             Done<Ok> done) override;
  void load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) override;

 private:
  using Args = std::vector<std::string>;
  void run(const redis::Script& script, Args args, redis::Client::Done done);

  redis::Client& client_;
  const std::string prefix_;
  std::mutex serial_mutex_;  // serials are sent in their order
  std::uint64_t serial_ = 0;
};

}  // namespace im::router
