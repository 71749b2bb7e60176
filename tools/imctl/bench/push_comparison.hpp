#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace im::imctl {

/// A figure of two runs.
struct Difference {
  std::string figure;  ///< "delivery_ms p99"
  double before = 0, now = 0;
  bool worse = false;
};

/// Two reports of the same bench (push_report.hpp). Worse is: a broken promise of the ledger that happened more often,
/// or a latency, CPU or memory that is more than `tolerance` (0.25: a quarter) above the old one. Latencies below
/// `kNoiseMs` are alike. Pure. Throws UsageError when the old one is no report, is of another bench or other settings,
/// or has a figure less.
std::vector<Difference> compare_reports(const boost::json::value& old_report, const boost::json::object& report,
                                        double tolerance);
inline constexpr double kNoiseMs = 0.5;

/// One line a figure, "WORSE" behind those that are. Pure.
std::string comparison_table(const std::vector<Difference>& differences);

}  // namespace im::imctl
