#pragma once

#include <memory>
#include <string>

#include "common/redis/client.hpp"
#include "router/slots/slot_store.hpp"
#include "router/slots/store_config.hpp"

namespace im::router {

/// The store that the configuration names: Redis, or this process's own memory for exactly one router.
class SharedStore {
 public:
  explicit SharedStore(const StoreConfig& config);

  void start();
  /// What is pending is answered before it returns, and what comes later is refused at once. Not from a callback.
  void stop();
  SlotStore& store() { return *store_; }

  /// Several routers may share the slots: redis.addresses is set.
  bool on_redis() const { return client_ != nullptr; }
  /// Redis answers (always, in memory). `detail`: which one, or why not.
  bool up(std::string* detail) const;
  /// Zeros, in memory.
  redis::Stats stats() const { return client_ ? client_->stats() : redis::Stats{}; }

 private:
  std::unique_ptr<SlotStore> store_;
  std::unique_ptr<redis::Client> client_;  // stops before the store goes
};

}  // namespace im::router
