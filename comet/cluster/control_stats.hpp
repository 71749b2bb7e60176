#pragma once

#include "comet/connection/stats.hpp"
#include "common/base/histogram.hpp"

namespace im::comet {

/// What the control thread counts.
struct ControlStats {
  Histogram connect_times;  ///< of one login at logic
  Counter connects_ok, connects_refused, connects_failed, connects_abandoned;
  Counter registrations, fenced, lease_failures, leases_slept;
  Counter lost_logins_told, lost_logins_left;
  Counter disconnects_sent, disconnects_retried, disconnects_dropped;
  Counter room_updates, room_update_failures, room_updates_dropped, report_failures;
  Counter snapshots;
  Counter heap_returns;
};

}  // namespace im::comet
