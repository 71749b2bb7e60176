#include <chrono>
#include <optional>
#include <utility>

#include "common/base/log.hpp"
#include "common/kafka/consumer_impl.hpp"

namespace im::kafka {

namespace {
constexpr int kQueryTimeoutMs = 2000;
constexpr std::chrono::milliseconds kAskAgain{100};
}  // namespace

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

std::string problem_of(const rd_kafka_topic_partition_list_t& partitions, rd_kafka_resp_err_t error) {
  for (int i = 0; i < partitions.cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) error = partitions.elems[i].err;
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? "" : rd_kafka_err2str(error);
}

// No answer is no answer: a group whose offsets are not known must not be taken for one that has none, nor a log
// without its name. Asked again until the broker answers, or the partitions are another member's (false).
bool Consumer::Impl::ask_group(rd_kafka_topic_partition_list_t* partitions, std::string& id) {
  while (true) {
    id = cluster_id();
    auto problem = id.empty() ? std::string("no cluster id")
                              : problem_of(*partitions, rd_kafka_committed(client.get(), partitions, kQueryTimeoutMs));
    if (problem.empty()) return true;
    log::debug("kafka group is asked again", {{"error", problem}});
    std::unique_lock lock(mutex);
    up = false;
    detail = "waiting for the committed offsets of group " + config.group + ": " + problem;
    if (wake.wait_for(lock, kAskAgain, [this] { return stopping; })) return false;
    lock.unlock();
    if (rd_kafka_assignment_lost(client.get()) != 0) return false;
  }
}

std::vector<StartPosition> Consumer::Impl::start_positions(rd_kafka_topic_partition_list_t* partitions) {
  std::vector<StartPosition> starts;
  bool answered = true;
  for (int i = 0; i < partitions->cnt; ++i) {
    auto& entry = partitions->elems[i];
    LogEnds ends;
    answered = answered && rd_kafka_query_watermark_offsets(client.get(), entry.topic, entry.partition, &ends.low,
                                                            &ends.high, kQueryTimeoutMs) == RD_KAFKA_RESP_ERR_NO_ERROR;
    starts.push_back(start_position(entry.offset, answered ? std::optional(ends) : std::nullopt));
    if (starts.back().start >= 0) entry.offset = starts.back().start;
  }
  return starts;
}

void Consumer::Impl::take_up(const std::vector<AssignedPartition>& held, const std::string& id) {
  expected.clear();
  const std::lock_guard lock(mutex);
  bus = id;
  up = true;
  detail.clear();
  book.clear();
  for (const auto& start : held) {
    expected[start.partition] = start.start;
    book.open(start.partition, start.start);
    // Committed before the first record is handed over, so that a member that dies right after does not make the
    // next one believe in a new log.
    if (!start.log_began_anew) continue;
    book.store(start.partition, start.start);
    copies.forget(start.partition);
  }
}

void Consumer::Impl::assign(rd_kafka_topic_partition_list_t* partitions) {
  std::string id;
  if (!ask_group(partitions, id)) {
    rd_kafka_assign(client.get(), nullptr);
    return;
  }
  const auto starts = start_positions(partitions);
  std::vector<AssignedPartition> held;
  held.reserve(starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    held.push_back({partitions->elems[i].partition, starts[i].start, starts[i].log_began_anew});
  }
  take_up(held, id);
  rd_kafka_assign(client.get(), partitions);
  commit_and_wait();
  handler.on_assigned(id, held);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (!starts[i].lost) continue;
    lost(held[i].partition, *starts[i].lost, starts[i].log_began_anew ? kCutShort : kDeletedUnread);
  }
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
  const auto list = rd::offset_list(config.topic, offsets);
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
