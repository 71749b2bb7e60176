#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "common/base/log.hpp"
#include "common/kafka/producer_impl.hpp"

namespace im::kafka {

using namespace std::chrono_literals;

// im-devkafka does not check sequence numbers: it takes a request although the one before it failed, from which
// librdkafka concludes that the failed one was taken, too, and reports a record as delivered that is not in the log.
// With one request in flight there is nothing to conclude from. A real broker refuses such a gap.
rd::Conf Producer::Impl::client_conf() {
  auto conf = rd::make_conf(*wanted, {{"enable.idempotence", "true"},
                                      {"acks", "all"},
                                      {"max.in.flight.requests.per.connection", wanted->cluster.empty() ? "5" : "1"},
                                      {"linger.ms", std::to_string(config.linger_ms)},
                                      {"batch.size", std::to_string(batch_used)},
                                      {"message.timeout.ms", std::to_string(config.delivery_timeout_ms)},
                                      {"compression.codec", config.compression},
                                      {"partitioner", "murmur2_random"},
                                      {"queue.buffering.max.messages", "1000000"},
                                      // The bound is ours: queue_bytes. This one must only not bite first.
                                      {"queue.buffering.max.kbytes", "1048576"}});
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    static_cast<Impl*>(self)->delivered(*message);
  });
  rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int code, const char*, void* self) {
    if (code == RD_KAFKA_RESP_ERR__FATAL) static_cast<Impl*>(self)->fatal = true;
  });
  return conf;
}

/// Under the lock; nullptr: the client stays.
const char* Producer::Impl::why_anew() const {
  if (!client) return "there is none";
  if (fatal) return "fatal error";
  if (used != wanted) return "bootstrap file changed";
  return batch_used != batch_wanted ? "the topic's limit changed" : nullptr;
}

// Poller. What the old client had not finished comes back through delivered() into `taken`.
void Producer::Impl::drain_old_client() {
  rd::Client old;
  bool same_log = false;
  const char* why = nullptr;
  {
    const std::lock_guard lock(mutex);
    why = why_anew();
    log_is_gone = used != wanted && !fatal;
    same_log = used == wanted && !fatal;
    old = std::exchange(client, nullptr);
  }
  if (!old) return;
  ++recreated;
  log::warn("kafka producer is made anew", {{"reason", why}});
  if (same_log) rd_kafka_flush(old.get(), 5000);
  replacing = true;
  rd_kafka_purge(old.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  const auto until = monotonic_now() + 2s;
  while (rd_kafka_outq_len(old.get()) > 0 && monotonic_now() < until) rd_kafka_poll(old.get(), 10);
  replacing = false;
}

void Producer::Impl::replace_client() {
  {
    const std::lock_guard lock(mutex);
    if (!wanted || why_anew() == nullptr) return;
  }
  drain_old_client();
  const std::lock_guard lock(mutex);
  for (auto& pending : taken) held.push_back(std::move(pending));
  taken.clear();
  take_back_waiting(lanes.size());
  batch_used = batch_wanted;
  client = rd::make_client(RD_KAFKA_PRODUCER, client_conf());
  used = wanted;
  fatal = false;
}

// Poller. Errors are told after the lock is let go: `done` may call produce().
void Producer::Impl::hand_over_held() {
  Refused refused;
  {
    const std::lock_guard lock(mutex);
    while (client && limit_asked && !held.empty()) {
      const auto error = hand_over(held.front());
      if (error == RD_KAFKA_RESP_ERR__FATAL) {
        fatal = true;
        break;
      }
      if (error) refused.emplace_back(std::move(held.front()), *error);
      held.pop_front();
    }
  }
  finish_refused(std::move(refused));
}

void Producer::Impl::expire_held() {
  std::vector<PendingPtr> expired;
  std::string why;
  {
    const std::lock_guard lock(mutex);
    const auto now = monotonic_now();
    while (!held.empty() && (stopping || held.front()->deadline <= now)) {
      expired.push_back(std::move(held.front()));
      held.pop_front();
    }
    why = detail;
  }
  for (auto& pending : expired) finish(std::move(pending), Error{Error::Code::kUnavailable, "Kafka: " + why});
}

/// As librdkafka's partitioner does it.
std::int32_t Producer::Impl::lane_of(const std::string& key) const {
  if (lanes.size() == 0) return -1;
  return rd_kafka_msg_partitioner_murmur2_random(nullptr, key.data(), key.size(),
                                                 static_cast<std::int32_t>(lanes.size()), nullptr, nullptr);
}

/// Under the lock. A fatal error sends the rest of the lot to the next client, in its place by serial.
Producer::Impl::Refused Producer::Impl::hand_over_lot(std::vector<PendingPtr> lot) {
  Refused refused;
  for (PendingPtr& pending : lot) {
    if (fatal) {
      held.push_back(std::move(pending));
      continue;
    }
    const auto error = hand_over(pending);
    if (!error) continue;
    if (*error == RD_KAFKA_RESP_ERR__FATAL) {
      fatal = true;
      held.push_back(std::move(pending));
    } else {
      refused.emplace_back(std::move(pending), *error);
    }
  }
  return refused;
}

/// Poller: a record of the lane has its answer. Without a client what waits stays, for the next one.
void Producer::Impl::go_on(std::int32_t lane) {
  Refused refused;
  {
    const std::lock_guard lock(mutex);
    if (!client) return;
    refused = hand_over_lot(lanes.done(lane));
  }
  finish_refused(std::move(refused));
}

void Producer::Impl::go_on_overdue() {
  Refused refused;
  {
    const std::lock_guard lock(mutex);
    if (!client) return;
    refused = hand_over_lot(lanes.overdue(monotonic_now()));
  }
  finish_refused(std::move(refused));
}

void Producer::Impl::finish_refused(Refused refused) {
  for (auto& [pending, error] : refused) finish(std::move(pending), produce_error(error));
}

/// Under the lock: what waits for a lane waits for the next client instead, and the lanes begin anew.
void Producer::Impl::take_back_waiting(std::size_t partitions) {
  std::ranges::move(lanes.take_back(), std::back_inserter(held));
  std::ranges::sort(held, {}, [](const PendingPtr& p) { return p->serial; });
  lanes.resize(partitions);
}

}  // namespace im::kafka
