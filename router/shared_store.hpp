#pragma once

#include <memory>
#include <string>

#include "common/redis/client.hpp"
#include "router/config.hpp"
#include "router/slot_store.hpp"

namespace im::router {

/// The store that the configuration names: Redis, or memory when redis.addresses is empty.
class SharedStore {
 public:
  explicit SharedStore(const Config& config);

  void start();
  /// What is pending is answered before it returns. Not from a callback.
  void stop();
  SlotStore& store() { return *store_; }

  bool on_redis() const { return client_ != nullptr; }
  /// Redis answers (always, in memory). `detail`: which one, or why not.
  bool up(std::string* detail) const;
  redis::Stats stats() const { return client_ ? client_->stats() : redis::Stats{}; }

 private:
  std::unique_ptr<SlotStore> store_;
  std::unique_ptr<redis::Client> client_;  // stops before the store goes
};

}  // namespace im::router
