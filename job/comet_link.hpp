#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "job/push_record.hpp"
#include "job/settlement.hpp"

namespace im::job {

struct LinkLimits {
  std::size_t window = 4U << 20;         ///< bytes sent and not acknowledged
  std::size_t backlog = 64U << 20;       ///< bytes that wait; over it the comet counts as stalled
  std::size_t batch_bytes = 256U << 10;  ///< one message on the stream; a single larger delivery goes alone
  std::size_t batch_count = 512;
};

/// What one message on the stream carries.
struct LinkBatch {
  std::vector<std::int32_t> restarted_partitions;  ///< before the deliveries: the comet forgets its marks
  bool missed = false;  ///< instead of deliveries, with a seq of its own: the comet's clients missed some
  std::uint64_t first_seq = 0;
  std::vector<const Delivery*> deliveries;  ///< valid until the next call of a method that is not const
};

/// Order, window and backlog of one comet instance; no I/O, no clock, one thread. Deliveries go out in the order of
/// offer() and stay here until acknowledged; after closed() everything unacknowledged goes out again, in order. When
/// some were not taken, the comet is told so as soon as it is not stalled any more, and what is owed to it is not
/// committed before it has acknowledged that: a job that dies meanwhile leaves the debt in Kafka.
class CometLink {
 public:
  explicit CometLink(LinkLimits limits) : limits_(limits) {}

  /// False: stalled, the delivery was not taken: owe() it. It stays stalled until the backlog has shrunk to half.
  bool offer(Delivery delivery);
  /// The comet will be told that it missed what begins there. True: the caller holds the watermark for this debt until
  /// take_paid() gives it back; false: an earlier one covers it.
  bool owe(const Debt& debt);
  /// Debts that hold nothing back any more.
  std::vector<Debt> take_paid() { return std::exchange(paid_, {}); }
  /// What is offered from here on belongs to a new log of this partition.
  void log_began_anew(std::int32_t partition);

  /// A stream to the comet is open: what was shed while there was none no longer stalls it.
  void opened() { update_stalled(); }
  /// The next message for an open stream; nullopt: nothing waits, or the window is full. The first seq after opened()
  /// is 1.
  std::optional<LinkBatch> next_batch();
  /// Cumulative. Returns what the comet took; nullopt: it acknowledged what was never sent, the stream is broken.
  std::optional<std::vector<Delivery>> acked(std::uint64_t seq);
  /// The stream ended (also before the first open). Returns how many deliveries will go out a second time.
  std::size_t closed();

  /// Forgets what waits for this partition and was not sent; returns how many. What was sent is not sent again.
  std::size_t revoke(std::int32_t partition);
  /// Gives up what waits and was not sent, so that memory is freed; stalled until the comet shows life (opened() or
  /// acked()). Returns it for settlement; each is to be owed.
  std::vector<Delivery> shed();
  /// The comet is gone: everything that is still here; all debts are paid.
  std::vector<Delivery> drain();

  bool stalled() const { return stalled_; }
  std::size_t in_flight_bytes() const { return in_flight_bytes_; }
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  std::size_t size() const { return deliveries_; }

 private:
  struct Entry {
    std::optional<Delivery> delivery;  ///< none: a marker, the log of `partition` began anew, or `missed`
    std::int32_t partition = 0;
    bool dead = false;  ///< sent, then its partition was revoked
    bool missed = false;
    std::vector<Debt> debts;  ///< paid when the marker `missed` is acknowledged
  };
  void update_stalled();
  void mark_missed();
  bool take_next(LinkBatch& batch, std::size_t& bytes);
  std::vector<Delivery> take_from(std::size_t first);

  const LinkLimits limits_;
  std::deque<Entry> entries_;  ///< [0, sent_) is sent and not acknowledged, the rest waits
  std::size_t sent_ = 0;
  std::size_t deliveries_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t next_seq_ = 1;
  std::uint64_t acked_seq_ = 0;
  bool stalled_ = false;
  std::map<std::int32_t, Debt> debts_;  ///< the first one of each partition that no marker says yet
  std::vector<Debt> paid_;
  std::size_t missed_waiting_ = 0;  ///< markers `missed` that were not sent
};

}  // namespace im::job
