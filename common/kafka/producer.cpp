#include "common/kafka/producer.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "common/kafka/producer_impl.hpp"

namespace im::kafka {

using namespace std::chrono_literals;

Error produce_error(rd_kafka_resp_err_t code) {
  const std::string text = rd_kafka_err2str(code);
  switch (code) {
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
      return {Error::Code::kTimeout, text};
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {Error::Code::kOverloaded, text};
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return {Error::Code::kInvalid, text};
    default:
      return {Error::Code::kUnavailable, text};
  }
}

rd::Client Producer::Impl::current() const {
  const std::lock_guard lock(mutex);
  return client;
}

std::optional<rd_kafka_resp_err_t> Producer::Impl::hand_over(PendingPtr& pending) {
  Pending* raw = pending.get();
  const std::int32_t lane = lane_of(raw->key);
  raw->lane = lane;
  const std::string name = RecordName{number, raw->serial}.bytes();
  rd_kafka_vu_t values[5] = {};
  values[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  values[0].u.cstr = config.topic.c_str();
  values[1].vtype = RD_KAFKA_VTYPE_KEY;
  values[1].u.mem = {raw->key.data(), raw->key.size()};
  values[2].vtype = RD_KAFKA_VTYPE_VALUE;
  values[2].u.mem = {raw->value.data(), raw->value.size()};
  values[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
  values[3].u.ptr = raw;
  values[4].vtype = RD_KAFKA_VTYPE_HEADER;
  values[4].u.header = {RecordName::kHeader, name.data(), static_cast<ssize_t>(name.size())};
  if (rd_kafka_error_t* error = rd_kafka_produceva(client.get(), values, std::size(values))) {
    const auto code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
  }
  static_cast<void>(pending.release());  // delivered() owns it again, and may have ended it
  lanes.sent(lane, monotonic_now());
  return std::nullopt;
}

void Producer::Impl::finish(PendingPtr pending, Result<Position> result) {
  queued_bytes -= pending->bytes();
  --in_flight;
  ++(result.ok() ? acked : failed);
  if (pending->done) pending->done(std::move(result));
}

void Producer::Impl::produce(PendingPtr pending) {
  ++in_flight;
  if ((queued_bytes += pending->bytes()) > config.queue_bytes) {
    finish(std::move(pending), Error{Error::Code::kOverloaded, "the Kafka queue is full"});
    return;
  }
  std::unique_lock lock(mutex);
  pending->serial = next_serial++;
  if (!client || !limit_asked || !held.empty()) {
    held.push_back(std::move(pending));
    return;
  }
  if (const std::int32_t lane = lane_of(pending->key); !lanes.free(lane)) {
    ++gathered;
    lanes.wait(lane, std::move(pending));
    return;
  }
  const auto error = hand_over(pending);
  if (!error) return;
  if (*error == RD_KAFKA_RESP_ERR__FATAL) {
    fatal = true;
    held.push_back(std::move(pending));
    return;
  }
  lock.unlock();
  finish(std::move(pending), produce_error(*error));
}

bool Producer::Impl::goes_to_next_client(const rd_kafka_message_t& message) const {
  if (!replacing && !fatal) return false;
  if (message.err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT) return false;
  return log_is_gone || rd_kafka_message_status(&message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
}

void Producer::Impl::delivered(const rd_kafka_message_t& message) {
  PendingPtr pending(static_cast<Pending*>(message._private));
  const std::int32_t lane = pending->lane;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    finish(std::move(pending), Position{message.partition, message.offset < 0 ? -1 : message.offset});
  } else if (goes_to_next_client(message)) {
    taken.push_back(std::move(pending));
  } else {
    const Error error = produce_error(message.err);
    if (error.code == Error::Code::kInvalid) refused_as_large = true;
    finish(std::move(pending), error);
  }
  go_on(lane);
}

void Producer::Impl::shut_down() {
  if (const auto last = current()) {
    rd_kafka_flush(last.get(), 5000);
    {
      const std::lock_guard lock(mutex);
      take_back_waiting(0);
    }
    rd_kafka_purge(last.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    const auto until = monotonic_now() + 1s;
    while (rd_kafka_outq_len(last.get()) > 0 && monotonic_now() < until) rd_kafka_poll(last.get(), 10);
  }
  for (auto& pending : taken) finish(std::move(pending), Error{Error::Code::kUnavailable, "the producer stops"});
  taken.clear();
  expire_held();
}

void Producer::Impl::poll_loop() {
  while (true) {
    {
      const std::lock_guard lock(mutex);
      if (stopping) break;
    }
    replace_client();
    hand_over_held();
    go_on_overdue();
    expire_held();
    if (const auto active = current()) {
      rd_kafka_poll(active.get(), 50);
    } else {
      std::unique_lock lock(mutex);
      wake.wait_for(lock, 50ms);
    }
  }
  shut_down();
}

/// Prober. Once a minute, and when something was refused as too large: the limit of a topic may change.
void Producer::Impl::ask_limit(rd_kafka_t* active) {
  const auto now = monotonic_now();
  if (!refused_as_large.exchange(false) && now < ask_limit_at) return;
  ask_limit_at = now + 1min;
  const auto limit = rd::topic_limit(active, config.topic, 1000);
  const std::lock_guard lock(mutex);
  if (limit || !limit_asked) batch_wanted = batch_size_for(limit);
  limit_asked = true;
}

void Producer::Impl::probe_loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    const auto active = client;
    lock.unlock();
    const auto found = find_brokers(config.brokers, config.bootstrap_file);
    std::size_t partitions = 0;
    std::string problem = "waiting for " + config.bootstrap_file + " (im-devkafka writes it)";
    if (active) {
      problem = rd::probe(active.get(), config.topic, 1000, &partitions);
      if (problem.empty()) ask_limit(active.get());
    } else if (found) {
      problem = "connecting to " + found->brokers;
    }
    lock.lock();
    if (found) wanted = found;
    if (partitions > 0 && partitions != lanes.size()) take_back_waiting(partitions);
    is_up = problem.empty();
    detail = std::move(problem);
    wake.notify_all();
    wake.wait_for(lock, is_up ? 500ms : 100ms, [this] { return stopping; });
  }
}

Producer::Producer(ProducerConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}

Producer::~Producer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->poller.joinable()) impl_->poller.join();
  if (impl_->prober.joinable()) impl_->prober.join();
  impl_->expire_held();
}

void Producer::start() {
  // A wrong property must fail here and not on the poller's thread.
  rd::make_conf({"127.0.0.1:1", {}}, {{"compression.codec", impl_->config.compression}});
  impl_->wanted = find_brokers(impl_->config.brokers, impl_->config.bootstrap_file);
  impl_->poller = std::thread([this] { impl_->poll_loop(); });
  impl_->prober = std::thread([this] { impl_->probe_loop(); });
}

void Producer::produce(std::string key, std::string value, Done done) {
  auto pending = std::make_unique<Pending>();
  pending->deadline = monotonic_now() + std::chrono::milliseconds(impl_->config.delivery_timeout_ms);
  pending->key = std::move(key);
  pending->value = std::move(value);
  pending->done = std::move(done);
  impl_->produce(std::move(pending));
}

bool Producer::up(std::string* detail) const {
  const std::lock_guard lock(impl_->mutex);
  if (detail != nullptr) *detail = impl_->detail;
  return impl_->is_up;
}

ProducerStats Producer::stats() const {
  return {impl_->acked, impl_->failed, impl_->in_flight, impl_->recreated, impl_->gathered};
}

}  // namespace im::kafka
