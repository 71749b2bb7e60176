#include "router/slots/shared_store.hpp"

#include "router/slots/memory_slot_store.hpp"
#include "router/slots/redis_slot_store.hpp"

namespace im::router {

SharedStore::SharedStore(const StoreConfig& config) {
  if (config.addresses.empty()) {
    store_ = std::make_unique<MemorySlotStore>(MemorySlotStore::Options{.keep_fields = false});
    return;
  }
  client_ = std::make_unique<redis::Client>(redis::Config{.addresses = config.addresses,
                                                          .sentinel_master = config.sentinel_master,
                                                          .username = config.username,
                                                          .password_file = config.password_file,
                                                          .database = config.database,
                                                          .command_timeout = config.timeout});
  store_ = std::make_unique<RedisSlotStore>(*client_, config.prefix);
}

void SharedStore::start() {
  if (client_) client_->start();
}

void SharedStore::stop() {
  if (client_) client_->stop();
}

bool SharedStore::up(std::string* detail) const {
  if (client_) return client_->up(detail);
  if (detail != nullptr) *detail = "in memory";
  return true;
}

}  // namespace im::router
