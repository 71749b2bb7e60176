#pragma once

#include <memory>

#include "router/config.hpp"
#include "router/slot_store.hpp"

namespace im::router {

/// Several routers may share the slots: redis.addresses is set.
bool is_shared(const Config& config);
/// Redis, or this process's own memory for exactly one router.
std::unique_ptr<SlotStore> make_store(const Config& config);

}  // namespace im::router
