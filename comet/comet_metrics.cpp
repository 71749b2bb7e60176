#include "comet/comet_metrics.hpp"

namespace im::comet {

namespace {

using Workers = std::vector<const Worker*>;

double sum(const Workers& workers, Counter WorkerStats::* counter) {
  std::uint64_t total = 0;
  for (const Worker* worker : workers) total += (worker->stats().*counter).value();
  return static_cast<double>(total);
}

template <std::size_t N>
double sum(const Workers& workers, std::array<Counter, N> WorkerStats::* counters, std::size_t index) {
  std::uint64_t total = 0;
  for (const Worker* worker : workers) total += (worker->stats().*counters)[index].value();
  return static_cast<double>(total);
}

void connections(MetricsPage& page, const Workers& workers, const Edge& edge) {
  page.gauge("im_comet_connections", "Open client connections.", sum(workers, &WorkerStats::connections));
  page.gauge("im_comet_client_addresses", "Distinct client addresses.", static_cast<double>(edge.ips.distinct()));
  page.gauge("im_comet_worker_rooms", "Rooms with members, counted per worker.", sum(workers, &WorkerStats::rooms));
  page.counter("im_comet_accepted_total", "Accepted client connections.", sum(workers, &WorkerStats::accepted));
  page.counter("im_comet_authenticated_total", "Authenticated client connections.",
               sum(workers, &WorkerStats::authenticated));
  page.counter("im_comet_tls_handshakes_total", "TLS handshakes that were done.",
               sum(workers, &WorkerStats::tls_handshakes));
  page.counter("im_comet_tls_resumed_total", "Of these, with the ticket of an earlier one.",
               sum(workers, &WorkerStats::tls_resumed));
  for (std::size_t i = 0; i < static_cast<std::size_t>(CloseReason::kCount); ++i) {
    page.counter("im_comet_closed_total", "Connections ended, by reason.", sum(workers, &WorkerStats::closed, i),
                 {{"reason", info(static_cast<CloseReason>(i)).label}});
  }
}

/// process_open_fds is the table of the process; each of these has a limit as large.
void own_tables(MetricsPage& page, const Workers& workers) {
  for (const Worker* worker : workers) {
    const std::uint64_t open = worker->stats().own_descriptors.value();
    if (open == 0) continue;
    page.gauge("im_comet_worker_open_fds", "Open descriptors in the table of a worker that has one of its own.",
               static_cast<double>(open), {{"worker", std::to_string(worker->index())}});
  }
}

void memory(MetricsPage& page, const Workers& workers) {
  const char* name = "im_comet_memory_bytes";
  const char* help = "User memory of connections by part: rows, keys and devices, rooms with their members.";
  page.gauge(name, help, sum(workers, &WorkerStats::row_bytes), {{"part", "rows"}});
  page.gauge(name, help, sum(workers, &WorkerStats::name_bytes), {{"part", "names"}});
  page.gauge(name, help, sum(workers, &WorkerStats::room_bytes), {{"part", "rooms"}});
  page.gauge("im_comet_op_lists", "Distinct lists of wanted ops.", static_cast<double>(OpSet::distinct()));
}

void table(MetricsPage& page, const char* of, const LimitTableStats& stats) {
  const auto value = [](std::uint64_t count) { return static_cast<double>(count); };
  page.gauge("im_comet_limit_entries", "Addresses and users whose limits are remembered.", value(stats.entries),
             {{"of", of}});
  const char* name = "im_comet_limit_table_full_total";
  const char* help =
      "Entries forgotten early, and keys let in without limits, because client.limit_entries was reached.";
  page.counter(name, help, value(stats.forgotten), {{"of", of}, {"what", "forgotten"}});
  page.counter(name, help, value(stats.untracked), {{"of", of}, {"what", "untracked"}});
}

void limits(MetricsPage& page, const Workers& workers, const Edge& edge) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Limit::kCount); ++i) {
    page.counter("im_comet_limited_total", "Connections closed as rate_limited, by the limit they were over.",
                 sum(workers, &WorkerStats::limited, i), {{"limit", label(static_cast<Limit>(i))}});
  }
  table(page, "addresses", edge.addresses.stats());
  table(page, "users", edge.users.stats());
}

void traffic(MetricsPage& page, const Workers& workers) {
  page.counter("im_comet_received_packets_total", "Packets from clients.",
               sum(workers, &WorkerStats::received_packets));
  page.counter("im_comet_received_bytes_total", "Bytes from clients.", sum(workers, &WorkerStats::received_bytes));
  page.counter("im_comet_written_bytes_total", "Bytes to clients.", sum(workers, &WorkerStats::written_bytes));
  page.counter("im_comet_pushed_messages_total", "Pushed messages handed to connections.",
               sum(workers, &WorkerStats::pushed_messages));
  page.counter("im_comet_pushed_packets_total", "Packets they were merged into.",
               sum(workers, &WorkerStats::pushed_packets));
  Histogram::View ages;
  for (const Worker* worker : workers) ages += worker->stats().record_age.view();
  page.histogram("im_comet_record_age_seconds",
                 "Age of a record, from Kafka's time stamp on, when a worker has written it to its last socket.", ages);
  page.counter("im_comet_sweeps_total", "Sweeps of rooms and broadcasts.", sum(workers, &WorkerStats::sweeps));
  page.gauge("im_comet_room_waiting_bytes", "Bytes waiting to be merged.", sum(workers, &WorkerStats::waiting_bytes));
  page.gauge("im_comet_poll_waiting_bytes", "Bytes waiting to be fetched by sessions of long-poll.",
             sum(workers, &WorkerStats::poll_bytes));
  page.counter("im_comet_bad_requests_total",
               "Requests of ops 12, 14 and 16 without effect, requests over their limit (4413), upgrade headers that "
               "count as absent.",
               sum(workers, &WorkerStats::bad_requests));
  for (std::size_t i = 0; i < static_cast<std::size_t>(DropReason::kCount); ++i) {
    page.counter("im_comet_dropped_messages_total", "Pushes that did not reach a connection, by reason.",
                 sum(workers, &WorkerStats::dropped, i), {{"reason", label(static_cast<DropReason>(i))}});
  }
}

void cluster(MetricsPage& page, const ControlStats& stats) {
  const auto counter = [&](const char* name, const char* help, const Counter& value, const Labels& labels = {}) {
    page.counter(name, help, static_cast<double>(value.value()), labels);
  };
  counter("im_comet_connects_total", "Connect calls to logic, by outcome.", stats.connects_ok, {{"outcome", "ok"}});
  counter("im_comet_connects_total", "Connect calls to logic, by outcome.", stats.connects_refused,
          {{"outcome", "refused"}});
  counter("im_comet_connects_total", "Connect calls to logic, by outcome.", stats.connects_failed,
          {{"outcome", "failed"}});
  counter("im_comet_connects_total", "Connect calls to logic, by outcome.", stats.connects_abandoned,
          {{"outcome", "abandoned"}});
  page.histogram("im_comet_connect_seconds", "From a login to logic's answer.", stats.connect_times);
  counter("im_comet_registrations_total", "Registrations in the node registry.", stats.registrations);
  counter("im_comet_fenced_total", "Times another instance took this name.", stats.fenced);
  counter("im_comet_leases_slept_total", "Times this comet stood still until its lease was over.", stats.leases_slept);
  counter("im_comet_lease_failures_total", "Renewals that did not reach the router.", stats.lease_failures);
  counter("im_comet_disconnects_total", "Ended sessions told to the router.", stats.disconnects_sent);
  counter("im_comet_disconnects_retried_total", "Ended sessions that had to be told again.", stats.disconnects_retried);
  constexpr const char* kLost =
      "Logins without an answer: told to the routers, twice each, or left to their slow pass.";
  counter("im_comet_lost_logins_total", kLost, stats.lost_logins_told, {{"outcome", "told"}});
  counter("im_comet_lost_logins_total", kLost, stats.lost_logins_left, {{"outcome", "left"}});
  counter("im_comet_room_updates_total", "Room presence changes told to the router.", stats.room_updates);
  counter("im_comet_room_update_failures_total", "Calls with room presence that failed.", stats.room_update_failures);
  counter("im_comet_room_updates_dropped_total", "Room presence changes that the router refuses for what is in them.",
          stats.room_updates_dropped);
  counter("im_comet_disconnects_dropped_total", "Ended sessions that the router refuses for what is in them.",
          stats.disconnects_dropped);
  counter("im_comet_count_report_failures_total", "Reports of the members of rooms that failed.",
          stats.report_failures);
  counter("im_comet_heap_returns_total", "Times free memory was given back to the system after a burst.",
          stats.heap_returns);
  counter("im_comet_snapshots_total", "Times this comet told a router what it holds.", stats.snapshots);
}

void requests(MetricsPage& page, const RequestStats& stats) {
  const auto counter = [&](const char* name, const char* help, const std::atomic<std::uint64_t>& value) {
    page.counter(name, help, static_cast<double>(value.load(std::memory_order_relaxed)));
  };
  counter("im_comet_requests_total", "Packets of clients that logic was asked about.", stats.asked);
  counter("im_comet_requests_failed_total", "Of them, those that logic refused or did not answer.", stats.failed);
  counter("im_comet_requests_late_total", "Of them, those that waited here for too long and were not asked.",
          stats.late);
  page.gauge("im_comet_requests_waiting", "Packets of clients that wait until logic has answered others.",
             static_cast<double>(stats.waiting.load(std::memory_order_relaxed)));
}

void ingress_page(MetricsPage& page, IngressStats& stats) {
  const auto value = [](const std::atomic<std::uint64_t>& counter) {
    return static_cast<double>(counter.load(std::memory_order_relaxed));
  };
  page.counter("im_comet_push_batches_total", "Batches of the push streams.", value(stats.batches));
  page.counter("im_comet_push_records_total", "Records of the push streams, by outcome.", value(stats.applied),
               {{"outcome", "applied"}});
  page.counter("im_comet_push_records_total", "Records of the push streams, by outcome.", value(stats.skipped),
               {{"outcome", "skipped"}});
  page.counter("im_comet_push_records_total", "Records of the push streams, by outcome.", value(stats.repeated),
               {{"outcome", "repeated"}});
  page.counter("im_comet_push_records_total", "Records of the push streams, by outcome.", value(stats.malformed),
               {{"outcome", "malformed"}});
  page.counter("im_comet_missed_total", "Times a job said that pushes for this comet were dropped.",
               value(stats.missed));
  page.counter("im_comet_push_streams_total", "Push streams opened by jobs.", value(stats.streams));
  page.counter("im_comet_push_streams_refused_total", "Push streams for another instance of this comet.",
               value(stats.streams_refused));
}

void direct_page(MetricsPage& page, const DirectStats& stats) {
  const auto counter = [&](const char* name, const char* help, const std::atomic<std::uint64_t>& value) {
    page.counter(name, help, static_cast<double>(value.load(std::memory_order_relaxed)));
  };
  counter("im_comet_direct_commands_total", "Commands of logics: direct pushes, joins, kicks.", stats.commands);
  counter("im_comet_direct_unreadable_total", "Of them, those that this comet could not read.", stats.unreadable);
  counter("im_comet_direct_streams_total", "Direct streams opened by logics.", stats.streams);
  counter("im_comet_direct_streams_refused_total", "Direct streams for another instance of this comet.",
          stats.streams_refused);
}

}  // namespace

void add_metrics(Metrics& metrics, MetricSources sources) {
  metrics.add([sources = std::move(sources)](MetricsPage& page) {
    connections(page, sources.workers, sources.edge);
    own_tables(page, sources.workers);
    memory(page, sources.workers);
    limits(page, sources.workers, sources.edge);
    traffic(page, sources.workers);
    cluster(page, sources.control.stats());
    requests(page, sources.control.request_stats());
    ingress_page(page, sources.ingress.stats());
    direct_page(page, sources.direct);
  });
}

}  // namespace im::comet
