#include <utility>

#include "common/base/log.hpp"
#include "common/kafka/consumer_impl.hpp"

namespace im::kafka {

namespace {
constexpr int kQueryTimeoutMs = 2000;
}

// ---- group membership

void Consumer::Impl::rebalance(rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t* partitions) {
  ++rebalances;
  if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    assign(partitions);
  } else {
    revoke();
    rd_kafka_assign(client.get(), nullptr);
  }
}

std::string Consumer::Impl::cluster_id() {
  if (used && !used->cluster.empty()) return used->cluster;
  char* id = rd_kafka_clusterid(client.get(), kQueryTimeoutMs);
  std::string copy = id != nullptr ? id : "";
  if (id != nullptr) rd_kafka_mem_free(client.get(), id);
  return copy;
}

// The committed offset is judged against the log: none or one beyond its end means that the log is a new one.
std::vector<AssignedPartition> Consumer::Impl::start_positions(rd_kafka_topic_partition_list_t* partitions) {
  rd_kafka_committed(client.get(), partitions, 3 * kQueryTimeoutMs);
  std::vector<AssignedPartition> starts;
  bool answered = true;
  for (int i = 0; i < partitions->cnt; ++i) {
    auto& entry = partitions->elems[i];
    std::int64_t low = -1, high = -1;
    answered = answered && rd_kafka_query_watermark_offsets(client.get(), entry.topic, entry.partition, &low, &high,
                                                            kQueryTimeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR;
    AssignedPartition start{entry.partition, entry.offset, false};
    if (answered) {
      start.log_began_anew = (entry.offset < 0 && low == 0) || entry.offset > high;
      if (entry.offset < low || entry.offset > high) start.start = low;
      entry.offset = start.start;
    }
    if (start.start < 0) start.start = -1;
    starts.push_back(start);
  }
  return starts;
}

void Consumer::Impl::assign(rd_kafka_topic_partition_list_t* partitions) {
  const auto id = cluster_id();
  const auto starts = start_positions(partitions);
  expected.clear();
  {
    const std::lock_guard lock(mutex);
    bus = id;
    up = true;
    detail.clear();
    book.clear();
    for (const auto& start : starts) {
      expected[start.partition] = start.start;
      book.open(start.partition, start.start);
      // Committed before the first record is handed over, so that a member that dies right after does not make the
      // next one believe in a new log.
      if (start.log_began_anew) book.store(start.partition, start.start);
    }
  }
  rd_kafka_assign(client.get(), partitions);
  commit_and_wait();
  handler.on_assigned(id, starts);
  paused = false;
  log::info("kafka partitions assigned", {{"count", starts.size()}, {"bus", id}});
}

void Consumer::Impl::revoke() {
  flush_batch();
  if (expected.empty()) return;
  std::vector<std::int32_t> partitions;
  partitions.reserve(expected.size());
  for (const auto& [partition, offset] : expected) partitions.push_back(partition);
  handler.on_revoked(partitions);
  if (rd_kafka_assignment_lost(client.get()) == 0) commit_and_wait();
  expected.clear();
  const std::lock_guard lock(mutex);
  book.clear();
  log::info("kafka partitions revoked", {{"count", partitions.size()}});
}

// ---- offsets

void Consumer::Impl::commit_and_wait() {
  std::map<std::int32_t, std::int64_t> offsets;
  {
    const std::lock_guard lock(mutex);
    offsets = book.take();
  }
  if (offsets.empty()) return;
  const auto list = as_list(offsets);
  const rd::Queue queue(rd_kafka_queue_new(client.get()));
  if (rd_kafka_commit_queue(client.get(), list.get(), queue.get(), nullptr, nullptr) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++commit_errors;
    return;
  }
  const rd::Event answer(rd_kafka_queue_poll(queue.get(), kQueryTimeoutMs));
  const bool ok = answer && rd_kafka_event_error(answer.get()) == RD_KAFKA_RESP_ERR_NO_ERROR;
  ++(ok ? committed : commit_errors);
}

void Consumer::Impl::commit_answered(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t* offsets) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++committed;
    return;
  }
  if (error == RD_KAFKA_RESP_ERR__NO_OFFSET || offsets == nullptr) return;
  ++commit_errors;
  const std::lock_guard lock(mutex);
  for (int i = 0; i < offsets->cnt; ++i) book.give_back(offsets->elems[i].partition, offsets->elems[i].offset);
}

}  // namespace im::kafka
