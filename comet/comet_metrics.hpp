#pragma once

#include <vector>

#include "comet/cluster/control.hpp"
#include "comet/push/push_ingress.hpp"
#include "comet/worker.hpp"
#include "common/daemon/metrics.hpp"

namespace im::comet {

/// Sums the counters of all workers at scrape time.
void add_metrics(Metrics& metrics, std::vector<const Worker*> workers, const Control& control, PushIngress& ingress,
                 const Edge& edge);

}  // namespace im::comet
