#pragma once

// Private to common/kafka: the inside of Producer, whose functions stand in producer.cpp (records, threads) and
// producer_client.cpp (making the client, making it anew, and what it is handed when).

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"
#include "common/kafka/batch_size.hpp"
#include "common/kafka/produce_lanes.hpp"
#include "common/kafka/producer.hpp"
#include "common/kafka/rd.hpp"
#include "common/kafka/record_name.hpp"

namespace im::kafka {

/// A record between produce() and its answer. librdkafka points into `value` meanwhile.
struct Pending {
  std::uint64_t serial = 0;  ///< order of produce() calls
  std::int32_t lane = -1;    ///< its partition, when it was handed over; -1: not known
  TimePoint deadline;
  std::string key;
  std::string value;
  Producer::Done done;
  std::size_t bytes() const { return key.size() + value.size() + sizeof(Pending); }
};
using PendingPtr = std::unique_ptr<Pending>;

Error produce_error(rd_kafka_resp_err_t code);

/// Two threads: `poller` owns the client, runs its callbacks and replaces it; `prober` asks for metadata and reads the
/// bootstrap file, because both may block.
struct Producer::Impl {
  explicit Impl(ProducerConfig c) : config(std::move(c)) {}

  void produce(PendingPtr pending);
  void poll_loop();
  void probe_loop();
  void replace_client();
  void drain_old_client();
  const char* why_anew() const;
  void ask_limit(rd_kafka_t* active);
  void hand_over_held();
  void expire_held();
  void shut_down();
  std::optional<rd_kafka_resp_err_t> hand_over(PendingPtr& pending);

  using Refused = std::vector<std::pair<PendingPtr, rd_kafka_resp_err_t>>;
  std::int32_t lane_of(const std::string& key) const;
  Refused hand_over_lot(std::vector<PendingPtr> lot);
  void go_on(std::int32_t lane);
  void go_on_overdue();
  void finish_refused(Refused refused);
  void take_back_waiting(std::size_t partitions);
  void finish(PendingPtr pending, Result<Position> result);
  void delivered(const rd_kafka_message_t& message);
  bool goes_to_next_client(const rd_kafka_message_t& message) const;
  rd::Conf client_conf();
  rd::Client current() const;

  const ProducerConfig config;
  std::atomic<std::uint64_t> acked{0}, failed{0}, in_flight{0}, recreated{0}, gathered{0};
  std::atomic<std::size_t> queued_bytes{0};
  std::atomic<bool> fatal{false};
  std::atomic<bool> refused_as_large{false};

  mutable std::mutex mutex;  // everything below
  std::condition_variable wake;
  rd::Client client;
  std::optional<Bootstrap> wanted, used;
  std::size_t batch_wanted = batch_size_for({}), batch_used = 0;  // batch.size, as the topic's limit allows
  bool limit_asked = false;     // nothing is handed over before: a batch might be refused as a whole
  std::deque<PendingPtr> held;  // no client yet, or taken back from a replaced one; handed over in order of serial
  ProduceLanes<PendingPtr> lanes;
  const std::uint64_t number = std::random_device()() | std::uint64_t{std::random_device()()} << 32;
  std::uint64_t next_serial = 0;
  bool stopping = false;
  bool is_up = false;
  std::string detail = "starting";

  bool replacing = false;         // poller only
  bool log_is_gone = false;       // poller only: the log of the replaced client went with it
  std::vector<PendingPtr> taken;  // poller only: taken back while replacing
  TimePoint ask_limit_at{};       // prober only
  std::thread poller, prober;
};

}  // namespace im::kafka
