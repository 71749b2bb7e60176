#pragma once

#include <vector>

#include "comet/cluster/control.hpp"
#include "comet/push/push_ingress.hpp"
#include "comet/rpc/direct_rpc.hpp"
#include "comet/worker.hpp"
#include "common/daemon/metrics.hpp"

namespace im::comet {

/// Whose counters they are; all outlive the metrics.
struct MetricSources {
  std::vector<const Worker*> workers;
  const Control& control;
  PushIngress& ingress;
  const DirectStats& direct;
  const Edge& edge;
};

/// Sums the counters of all workers at scrape time.
void add_metrics(Metrics& metrics, MetricSources sources);

}  // namespace im::comet
