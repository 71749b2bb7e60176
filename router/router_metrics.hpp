#pragma once

#include "common/daemon/metrics.hpp"
#include "router/calls/call_registry.hpp"
#include "router/events/event_board.hpp"
#include "router/kv/kv_rpc.hpp"
#include "router/presence/watcher_board.hpp"
#include "router/router_rpc.hpp"
#include "router/slots/shared_store.hpp"
#include "router/slots/write_behind.hpp"
#include "router/state/comparer.hpp"
#include "router/state/rebuilder.hpp"

namespace im::router {

/// What is measured of a router; all of it outlives the page.
struct Measured {
  RouterState& state;
  const SlotKeeper& keeper;
  const WriteBehind& writer;
  const Rebuilder& rebuilder;
  const Comparer& comparer;
  const RouterRpc& rpc;
  const KvRpc& kv;
  const EventBoard& events;
  const CallRegistry& calls;
  const WatcherBoard& watchers;
};
void add_metrics(Metrics& metrics, const Measured& measured);
void add_redis_metrics(Metrics& metrics, const SharedStore& store);

}  // namespace im::router
