#include "common/kafka/consumer.hpp"

#include <utility>

#include "common/base/log.hpp"
#include "common/kafka/consumer_impl.hpp"

namespace im::kafka {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kBatchRecords = 500;
constexpr std::size_t kBatchBytes = 1U << 20;
}  // namespace

rd::Client Consumer::Impl::current() const {
  const std::lock_guard lock(mutex);
  return client;
}

void Consumer::Impl::note(bool is_up, std::string why) {
  const std::lock_guard lock(mutex);
  up = is_up;
  detail = std::move(why);
}

// A broker answers a waiting fetch when data comes; im-devkafka only when the wait is over.
rd::Conf Consumer::Impl::client_conf(const Bootstrap& found) {
  auto conf = rd::make_conf(
      found, {{"group.id", config.group},
              {"client.id", config.client_id},
              {"partition.assignment.strategy", "range"},  // eager: cooperative has known hangs in librdkafka 2.0.2
              {"enable.auto.commit", "false"},
              {"enable.auto.offset.store", "false"},
              {"auto.offset.reset", "earliest"},
              {"session.timeout.ms", std::to_string(config.session_timeout.count())},
              {"heartbeat.interval.ms", std::to_string(config.session_timeout.count() / 4)},
              {"max.poll.interval.ms", std::to_string(config.max_poll_interval.count())},
              {"fetch.wait.max.ms", found.cluster.empty() ? "500" : "10"},
              {"fetch.error.backoff.ms", "50"},
              {"queued.max.messages.kbytes", std::to_string(config.prefetch_bytes / 1024)},
              {"topic.metadata.refresh.interval.ms", "10000"}});
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_rebalance_cb(
      conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t* partitions, void* self) {
        static_cast<Impl*>(self)->rebalance(event, partitions);
      });
  rd_kafka_conf_set_offset_commit_cb(
      conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* offsets, void* self) {
        static_cast<Impl*>(self)->commit_answered(error, offsets);
      });
  rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int code, const char* reason, void* self) {
    auto& impl = *static_cast<Impl*>(self);
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
    impl.brokers_down = true;
    impl.note(false, std::string("no broker answers: ") + reason);
  });
  return conf;
}

// ---- opening and closing

void Consumer::Impl::open(const Bootstrap& found) {
  auto fresh = rd::make_client(RD_KAFKA_CONSUMER, client_conf(found), false);
  rd_kafka_poll_set_consumer(fresh.get());
  rd::Partitions topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), config.topic.c_str(), RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(fresh.get(), topics.get());
  used = found;
  copies = {};  // another broker, another log
  brokers_down = false;
  const std::lock_guard lock(mutex);
  client = std::move(fresh);
  up = false;
  detail = "joining group " + config.group + " at " + found.brokers;
}

// Bounded: closing may hang on a leaked reference (librdkafka before 2.1); such a client is left behind.
void Consumer::Impl::close() {
  const auto old = current();
  if (!old) return;
  flush_batch();
  rd::Queue queue(rd_kafka_queue_new(old.get()));
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(old.get(), queue.get())) rd_kafka_error_destroy(error);
  const auto until = monotonic_now() + 5s;
  while (rd_kafka_consumer_closed(old.get()) == 0 && monotonic_now() < until) {
    const rd::Event event(rd_kafka_queue_poll(queue.get(), 50));
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) continue;
    rebalance(rd_kafka_event_error(event.get()), rd_kafka_event_topic_partition_list(event.get()));
  }
  queue.reset();  // holds the client, too
  {
    const std::lock_guard lock(mutex);
    client = nullptr;
  }
  if (rd_kafka_consumer_closed(old.get()) != 0) {
    rd_kafka_destroy(old.get());
  } else {
    log::warn("kafka consumer did not close in time, its client is left behind");
  }
}

void Consumer::Impl::follow_bootstrap() {
  if (monotonic_now() < next_look) return;
  next_look = monotonic_now() + 500ms;
  const auto found = find_brokers(config.brokers, config.bootstrap_file);
  if (!found) {
    if (!current()) note(false, "waiting for " + config.bootstrap_file + " (im-devkafka writes it)");
    return;
  }
  if (current() && found == used) return;
  if (current()) {
    log::warn("kafka consumer is made anew", {{"reason", "bootstrap file changed"}, {"brokers", found->brokers}});
    revoke();  // the handler hears of it now: the old brokers may not answer while closing
    close();
  }
  open(*found);
}

void Consumer::Impl::run() {
  while (true) {
    follow_bootstrap();
    {
      std::unique_lock lock(mutex);
      if (stopping) break;
      if (!client) {
        wake.wait_for(lock, 100ms, [this] { return stopping; });
        continue;
      }
    }
    apply_pause();
    poll_once();
    probe();
  }
  close();
  note(false, "stopped");
}

// ---- records

void Consumer::Impl::poll_once() {
  rd::Message message(rd_kafka_consumer_poll(client.get(), 100));
  while (message) {
    take(*message);
    if (batch.size() >= kBatchRecords || batch_bytes >= kBatchBytes) break;
    message.reset(rd_kafka_consumer_poll(client.get(), 0));
  }
  flush_batch();
}

void Consumer::Impl::take(const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* text = message.payload != nullptr ? rd_kafka_message_errstr(&message) : rd_kafka_err2str(message.err);
    if (message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) note(false, std::string("topic: ") + text);
    log::debug("kafka consumer", {{"error", text}});
    return;
  }
  const auto at = expected.find(message.partition);
  if (at == expected.end()) return;  // revoked meanwhile
  std::int64_t low = 0, high = -1;
  if (message.offset < at->second) {
    rd_kafka_get_watermark_offsets(client.get(), config.topic.c_str(), message.partition, &low, &high);
  }
  switch (judge_fetched(at->second, message.offset, high)) {
    case Fetched::kCutShort:
      cut_short(message.partition, at->second, high);
      return;
    case Fetched::kAgain:
      ++duplicates;
      return;
    case Fetched::kGap:
      flush_batch();
      lost(message.partition, {at->second, message.offset}, kDeletedUnread);
      break;
    case Fetched::kNext:
      break;
  }
  at->second = message.offset + 1;
  if (copies.is_copy(message)) {
    batch.push_back({.partition = message.partition, .offset = message.offset, .copy = true});
    return;
  }
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t written = rd_kafka_message_timestamp(&message, &kind);
  batch.push_back({message.partition, message.offset,
                   std::string(static_cast<const char*>(message.payload), message.len),
                   kind == RD_KAFKA_TIMESTAMP_CREATE_TIME ? written : 0});
  batch_bytes += message.len;
}

// librdkafka goes to the beginning of a log that ends before its position. What lies there was read: reading goes on at
// the end, and what the broker lost is other records from now on. That a log was cut and has grown beyond the position
// again cannot be seen here: librdkafka 2.0 does not say the leader's epoch.
void Consumer::Impl::cut_short(std::int32_t partition, std::int64_t& next, std::int64_t high) {
  flush_batch();
  copies.forget(partition);
  const OffsetRange range{high, std::exchange(next, high)};
  {
    const std::lock_guard lock(mutex);
    book.restart(partition, high);
  }
  const auto list = rd::offset_list(config.topic, {{partition, high}});
  // Without it the beginning is read and skipped, which only takes longer.
  if (auto* error = rd_kafka_seek_partitions(client.get(), list.get(), 1000)) rd_kafka_error_destroy(error);
  handler.on_log_began_anew(partition);
  lost(partition, range, kCutShort);
}

void Consumer::Impl::lost(std::int32_t partition, const OffsetRange& range, const char* why) {
  gaps += static_cast<std::uint64_t>(range.to - range.from);
  log::error("kafka records are lost: clients of all comets are told to come again",
             {{"partition", partition}, {"from", range.from}, {"to", range.to - 1}, {"why", why}});
  handler.on_lost(partition, range);
}

void Consumer::Impl::flush_batch() {
  batch_bytes = 0;
  if (batch.empty()) return;
  next_probe = monotonic_now() + 2s;  // records are proof enough
  handler.on_records(std::exchange(batch, {}));
}

void Consumer::Impl::apply_pause() {
  if (paused == pause_wanted) return;
  paused = pause_wanted;
  if (expected.empty()) return;
  const auto list = rd::offset_list(config.topic, expected);
  if (paused) {
    rd_kafka_pause_partitions(client.get(), list.get());
  } else {
    rd_kafka_resume_partitions(client.get(), list.get());
  }
}

// librdkafka does not say when a broker is back, and not always when the last one went: an idle consumer asks.
void Consumer::Impl::probe() {
  if (!brokers_down && monotonic_now() < next_probe) return;
  next_probe = monotonic_now() + 2s;
  const auto problem = rd::probe(client.get(), config.topic, brokers_down ? 200 : 1000);
  if (problem.empty() != brokers_down) return;
  brokers_down = !problem.empty();
  const bool member = rebalances > 0;
  note(member && !brokers_down, brokers_down ? problem : member ? "" : "joining group " + config.group);
}

Consumer::Consumer(ConsumerConfig config, ConsumerHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(config), handler)) {}

Consumer::~Consumer() { stop(); }

void Consumer::start() {
  impl_->thread = std::thread([this] { impl_->run(); });
}

void Consumer::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Consumer::store_offset(std::int32_t partition, std::int64_t next) {
  const std::lock_guard lock(impl_->mutex);
  impl_->book.store(partition, next);
}

void Consumer::commit() {
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->client) return;
  const auto offsets = impl_->book.take();
  if (offsets.empty()) return;
  const auto list = rd::offset_list(impl_->config.topic, offsets);
  rd_kafka_commit(impl_->client.get(), list.get(), 1);
}

void Consumer::set_paused(bool paused) { impl_->pause_wanted = paused; }

ConsumerStatus Consumer::status() const {
  const std::lock_guard lock(impl_->mutex);
  ConsumerStatus status{impl_->up,         impl_->detail,    impl_->bus,           {},
                        impl_->rebalances, impl_->committed, impl_->commit_errors, impl_->gaps,
                        impl_->duplicates};
  for (const auto& [partition, position] : impl_->book.positions()) {
    std::int64_t low = -1, high = -1;
    if (impl_->client) {
      rd_kafka_get_watermark_offsets(impl_->client.get(), impl_->config.topic.c_str(), partition, &low, &high);
    }
    status.partitions.push_back({partition, position, high});
  }
  return status;
}

}  // namespace im::kafka
