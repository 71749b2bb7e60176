#include "job/job_metrics.hpp"

#include <algorithm>
#include <utility>

namespace im::job {

namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

void collect_engine(MetricsPage& page, const EngineStats& engine) {
  page.counter("im_job_records_total", "Kafka records read", number(engine.records));
  page.counter("im_job_copied_records_total", "Records left out because their producer had written them before",
               number(engine.copies));
  page.counter("im_job_malformed_records_total", "Records left out because they cannot be read",
               number(engine.malformed));
  page.counter("im_job_deliveries_total", "Parts of records, one per target comet", number(engine.deliveries));
  page.counter("im_job_settled_total", "Deliveries accepted by a comet or dropped", number(engine.settled));
  const char* drops = "im_job_dropped_total";
  const char* help = "Deliveries given up, by reason";
  page.counter(drops, help, number(engine.drops.comet_gone), {{"reason", "comet_gone"}});
  page.counter(drops, help, number(engine.drops.stalled), {{"reason", "stalled"}});
  page.counter(drops, help, number(engine.drops.memory), {{"reason", "memory"}});
  page.counter("im_job_foreign_records_total",
               "Records of another cluster met in the topic: this job has stopped at the first one",
               number(engine.foreign));
  page.counter("im_job_revoked_total", "Unsent deliveries left to the next holder of their partition",
               number(engine.revoked));
  page.counter("im_job_pauses_total", "Times that reading paused at the memory limit", number(engine.pauses));
  page.gauge("im_job_paused", "1 while reading is paused", engine.paused ? 1 : 0);
  page.gauge("im_job_unsettled_bytes", "Records read and not settled", number(engine.unsettled_bytes));
  page.gauge("im_job_unsettled_records", "Records read and not settled", number(engine.unsettled_records));
  page.gauge("im_job_debts", "Comets that were not told yet that they missed pushes of a partition",
             number(engine.debts));
  page.gauge("im_job_partitions", "Partitions held", number(engine.partitions));
}

void collect_comet(MetricsPage& page, const PeerStats& comet) {
  const Labels labels{{"comet", comet.name}};
  page.gauge("im_job_comet_open", "1 while the stream is open", comet.open ? 1 : 0, labels);
  page.gauge("im_job_comet_stalled", "1 while pushes for it are dropped", comet.stalled ? 1 : 0, labels);
  page.gauge("im_job_comet_in_flight_bytes", "Sent and not acknowledged", number(comet.in_flight_bytes), labels);
  page.gauge("im_job_comet_backlog_bytes", "Waiting to be sent", number(comet.waiting_bytes), labels);
  page.counter("im_job_comet_sent_total", "Deliveries sent, with those sent again", number(comet.sent), labels);
  page.counter("im_job_comet_batches_total", "Messages on the stream", number(comet.batches), labels);
  page.counter("im_job_comet_missed_told_total", "Times a comet was told that pushes for it were dropped",
               number(comet.missed_told), labels);
  page.counter("im_job_comet_acked_total", "Deliveries acknowledged", number(comet.acked), labels);
  page.histogram("im_job_comet_ack_seconds", "From a record read to the comet's acknowledgement", *comet.ack_times,
                 labels);
  page.counter("im_job_comet_redelivered_total", "Deliveries sent again after a lost stream", number(comet.again),
               labels);
  page.counter("im_job_comet_reconnects_total", "Streams lost", number(comet.reconnects), labels);
}

void collect_kafka(MetricsPage& page, const kafka::ConsumerStatus& kafka) {
  page.counter("im_job_rebalances_total", "Assignments and revocations", number(kafka.rebalances));
  page.counter("im_job_commits_total", "Commits that Kafka took", number(kafka.committed));
  page.counter("im_job_commit_errors_total", "Commits that failed and go with the next one",
               number(kafka.commit_errors));
  page.counter("im_job_offset_gaps_total", "Records that retention deleted before job read them", number(kafka.gaps));
  page.counter("im_job_duplicate_fetches_total", "Records fetched twice and left out", number(kafka.duplicates));
  for (const auto& held : kafka.partitions) {
    if (held.high < 0) continue;
    page.gauge("im_job_lag_records", "Records of the partition that are not settled",
               static_cast<double>(std::max<std::int64_t>(0, held.high - held.position)),
               {{"partition", std::to_string(held.partition)}});
  }
}

}  // namespace

void JobSnapshot::publish(EngineStats engine, kafka::ConsumerStatus kafka) {
  const std::lock_guard lock(mutex_);
  engine_ = std::move(engine);
  kafka_ = std::move(kafka);
}

void JobSnapshot::collect(MetricsPage& page) const {
  const std::lock_guard lock(mutex_);
  collect_engine(page, engine_);
  for (const auto& comet : engine_.comets) collect_comet(page, comet);
  collect_kafka(page, kafka_);
}

}  // namespace im::job
