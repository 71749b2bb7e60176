#include "router/router_metrics.hpp"

#include <atomic>
#include <utility>

namespace im::router {

namespace {

using Counter = std::atomic<std::uint64_t>;

void add(MetricsPage& page, const char* name, const char* help, const Counter& value, const Labels& labels = {}) {
  page.counter(name, help, static_cast<double>(value.load()), labels);
}

void holdings(MetricsPage& page, RouterState& state) {
  page.gauge("im_router_sessions", "Sessions.", static_cast<double>(state.sessions().sessions()));
  page.gauge("im_router_users", "Users with a session.", static_cast<double>(state.sessions().users()));
  page.gauge("im_router_rooms", "Rooms.",
             static_cast<double>(state.with_rooms([](const RoomRegistry& rooms) { return rooms.size(); })));
  for (const auto& [kind, name] : {std::pair{NodeKind::kComet, "comet"},
                                   {NodeKind::kLogic, "logic"},
                                   {NodeKind::kJob, "job"},
                                   {NodeKind::kRouter, "router"}}) {
    page.gauge("im_router_nodes", "Nodes with a live lease.", static_cast<double>(state.nodes(kind).size()),
               {{"kind", name}});
  }
}

void memory(MetricsPage& page, RouterState& state) {
  const SessionRegistry::Memory sessions = state.sessions().memory();
  const char* name = "im_router_memory_bytes";
  const char* help = "User memory of sessions and rooms by part; what is between the parts is not counted.";
  const auto part = [&](const char* of, std::size_t bytes) {
    page.gauge(name, help, static_cast<double>(bytes), {{"part", of}});
  };
  part("rows", sessions.rows);
  part("names", sessions.names);
  part("keys", sessions.keys);
  part("indexes", sessions.indexes);
  part("rooms", state.with_rooms([](const RoomRegistry& rooms) { return rooms.bytes(); }));
}

void slots(MetricsPage& page, const Measured& measured) {
  const bool complete = measured.state.registry_complete() && measured.state.rebuild().open() == 0;
  page.gauge("im_router_complete", "1 when everything that was ever bound in the slots of this router is known.",
             complete ? 1 : 0);
  page.gauge("im_router_slots", "Slots this router has, of 1024.", static_cast<double>(measured.keeper.held()));
  page.gauge("im_router_slots_incomplete", "Slots in which comets have yet to tell what they hold.",
             static_cast<double>(measured.state.rebuild().open()));
  page.gauge("im_router_store_up", "1 when the store answers.", measured.keeper.store_up() ? 1 : 0);
  page.gauge("im_router_standing", "0 serving, 1 frozen (the store answers nobody), 2 in doubt.",
             static_cast<double>(measured.keeper.standing()));
  const KeeperStats& keeper = measured.keeper.stats();
  const char* moves = "im_router_slot_moves_total";
  const char* help = "Slots taken, given away in order, lost to another router, given up in isolation.";
  add(page, moves, help, keeper.claimed, {{"move", "claimed"}});
  add(page, moves, help, keeper.released, {{"move", "released"}});
  add(page, moves, help, keeper.lost, {{"move", "lost"}});
  add(page, "im_router_given_up_total", "Times this router found itself cut off from the store.", keeper.given_up);
  add(page, "im_router_lease_failures_total", "Renewals in the store that failed.", keeper.renew_failures);
  const WriteBehindStats& writer = measured.writer.stats();
  const char* writes = "im_router_writes_total";
  const char* about = "Writes of slots to the store, by outcome.";
  add(page, writes, about, writer.written, {{"outcome", "written"}});
  add(page, writes, about, writer.failed, {{"outcome", "failed"}});
  add(page, writes, about, writer.fenced, {{"outcome", "fenced"}});
  add(page, "im_router_rewrites_total", "Slots written whole.", writer.rewritten);
  const RebuildStats& rebuild = measured.rebuilder.stats();
  add(page, "im_router_snapshots_total", "Comets asked what they hold.", rebuild.asked);
  add(page, "im_router_snapshot_failures_total", "Questions without a whole answer; they are asked again.",
      rebuild.failed);
  add(page, "im_router_restored_total", "Sessions told again by comets.", rebuild.restored);
  add(page, "im_router_unconfirmed_dropped_total", "Sessions that their comet did not have.", rebuild.dropped);
  const CompareStats& compare = measured.comparer.stats();
  add(page, "im_router_digests_total", "Comets asked for the sums of what they hold.", compare.digests);
  add(page, "im_router_digest_failures_total", "Of those, the ones that were not answered.", compare.failed);
  add(page, "im_router_checks_total", "Comets whose sessions were compared because the sums stayed different.",
      compare.checks);
}

void calls(MetricsPage& page, const RpcStats& stats) {
  const char* binds = "im_router_binds_total";
  add(page, binds, "Logins, by outcome.", stats.binds, {{"outcome", "bound"}});
  add(page, binds, "Logins, by outcome.", stats.binds_refused, {{"outcome", "fenced"}});
  add(page, binds, "Logins, by outcome.", stats.superseded, {{"outcome", "superseded"}});
  add(page, "im_router_unbinds_total", "Logouts, by outcome.", stats.unbinds, {{"outcome", "removed"}});
  add(page, "im_router_unbinds_total", "Logouts, by outcome.", stats.unbinds_stale, {{"outcome", "stale"}});
  add(page, "im_router_locate_calls_total", "Locate calls.", stats.locates);
  add(page, "im_router_located_total", "Users, keys and rooms looked up.", stats.located);
  add(page, "im_router_locates_cut_total", "Users, keys and rooms that did not fit into an answer and were unknown.",
      stats.locates_cut);
  add(page, "im_router_not_owner_total", "Calls, or parts of them, for slots of another router.", stats.not_owner);
}

void shared_table(MetricsPage& page, const KvStats& stats) {
  page.gauge("im_router_kv_rows", "Rows of small shared state.", static_cast<double>(stats.rows));
  page.gauge("im_router_kv_bytes", "Memory of it.", static_cast<double>(stats.bytes));
  page.counter("im_router_kv_evicted_total", "Idempotency keys forgotten before their time, for want of room.",
               static_cast<double>(stats.evicted));
  page.counter("im_router_kv_refused_total", "Rows refused because the table is full.",
               static_cast<double>(stats.refused_full));
}

void slot_events(MetricsPage& page, const EventBoard::Figures& figures) {
  page.gauge("im_router_event_watchers", "Logics that listen to what happens in slots.",
             static_cast<double>(figures.watchers));
  page.gauge("im_router_events_waiting", "Subjects that changed and have yet to be told.",
             static_cast<double>(figures.waiting));
  page.counter("im_router_events_total", "Events settled by a logic.", static_cast<double>(figures.told));
  page.counter("im_router_events_repeated_total", "Events told again because a logic left before it settled them.",
               static_cast<double>(figures.repeated));
  page.counter("im_router_events_restarts_total", "Slots told anew because too much waited.",
               static_cast<double>(figures.restarts));
}

void calls_held(MetricsPage& page, const CallRegistry::Figures& figures) {
  const auto counter = [&page](const char* name, const char* help, std::uint64_t value) {
    page.counter(name, help, static_cast<double>(value));
  };
  page.gauge("im_router_calls", "Calls, just ended ones included.", static_cast<double>(figures.calls));
  counter("im_router_calls_begun_total", "Calls that began.", figures.begun);
  counter("im_router_calls_logged_total", "Calls that ended and are in the books.", figures.ended);
  counter("im_router_calls_refused_total", "Calls refused because there were too many (calls.max_calls).",
          figures.refused);
  counter("im_router_calls_rebuilt_total", "Calls that came back by what their parties said.", figures.rebuilt);
  counter("im_router_call_relays_total", "Descriptions and candidates accepted for another party.", figures.relayed);
  counter("im_router_call_events_repeated_total", "Events of calls told by slot events.", figures.repeated);
  counter("im_router_call_events_dropped_total", "Events of calls that nobody took in time.", figures.dropped);
}

}  // namespace

void add_metrics(Metrics& metrics, const Measured& measured) {
  metrics.add([measured](MetricsPage& page) {
    holdings(page, measured.state);
    memory(page, measured.state);
    slots(page, measured);
    calls(page, measured.rpc.stats());
    shared_table(page, measured.kv.stats());
    slot_events(page, measured.events.figures());
    calls_held(page, measured.calls.figures());
    page.gauge("im_router_presence_watchers", "Users who want to know how another one is, by pairs.",
               static_cast<double>(measured.watchers.size()));
  });
}

void add_redis_metrics(Metrics& metrics, const SharedStore& store) {
  metrics.add([&store](MetricsPage& page) {
    const auto stats = store.stats();
    page.gauge("im_router_redis_up", "1 when Redis answers.", store.up(nullptr) ? 1 : 0);
    page.gauge("im_router_redis_pending", "Commands that wait for an answer.", static_cast<double>(stats.pending));
    page.gauge("im_router_redis_pending_bytes", "Their size.", static_cast<double>(stats.pending_bytes));
    page.counter("im_router_redis_connections_total", "Connections made.", static_cast<double>(stats.connections));
    for (const auto& [outcome, count] : {std::pair{"answered", stats.answered},
                                         {"refused", stats.refused},
                                         {"timeout", stats.timeouts},
                                         {"unavailable", stats.unavailable},
                                         {"overloaded", stats.overloaded}}) {
      page.counter("im_router_redis_commands_total", "Commands, by outcome.", static_cast<double>(count),
                   {{"outcome", outcome}});
    }
  });
}

}  // namespace im::router
