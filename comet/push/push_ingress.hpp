#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "comet/connection/stats.hpp"
#include "comet/push/applied_marks.hpp"
#include "comet/push/once_names.hpp"
#include "comet/push/worker_set.hpp"
#include "comet/wire/delivery.hpp"

namespace im::comet {

/// A delivery of the push stream with its place in Kafka.
struct PlacedDelivery {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  PushDelivery delivery;
};

struct IngressStats {
  std::atomic<std::uint64_t> batches{0}, applied{0}, skipped{0}, repeated{0}, malformed{0}, missed{0}, streams{0},
      streams_refused{0};
};

/// The gate between push streams and workers: hands each record over once, whatever stream brings it. gRPC threads.
class PushIngress {
 public:
  /// `on_missed`: pushes for this comet were dropped. `on_fate`: what became of one that is asked about. Any thread.
  explicit PushIngress(const WorkerSet& workers, std::function<void()> on_missed = {}, PushFate::Done on_fate = {})
      : workers_(workers), on_missed_(std::move(on_missed)), on_fate_(std::move(on_fate)) {}

  /// `taken` runs once, on any thread, when the batch has been taken (at once when nothing was new).
  void apply(const AppliedMarks::Log& log, const std::vector<std::int32_t>& restarted,
             std::vector<PlacedDelivery> batch, std::function<void()> taken);
  void missed();
  IngressStats& stats() { return stats_; }

 private:
  bool is_new(const AppliedMarks::Log& log, const PlacedDelivery& placed, TimePoint now);

  const WorkerSet& workers_;
  std::function<void()> on_missed_;
  PushFate::Done on_fate_;
  AppliedMarks marks_;
  OnceNames once_;  ///< under the lock of marks_
  IngressStats stats_;
};

}  // namespace im::comet
