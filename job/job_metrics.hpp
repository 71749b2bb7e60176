#pragma once

#include <mutex>

#include "common/daemon/metrics.hpp"
#include "common/kafka/consumer.hpp"
#include "job/push_engine.hpp"

namespace im::job {

/// The last state the domain thread published; read at scrape time, also after the server has gone.
class JobSnapshot {
 public:
  void publish(EngineStats engine, kafka::ConsumerStatus kafka);
  void collect(MetricsPage& page) const;

 private:
  mutable std::mutex mutex_;
  EngineStats engine_;
  kafka::ConsumerStatus kafka_;
};

}  // namespace im::job
