#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace im::imctl {

/// Values of a /metrics page by name, those of several labels added up. Pure.
std::map<std::string, double> parse_metrics(std::string_view page);

/// The same by the whole series: "name{label="value"}". Pure.
std::map<std::string, double> parse_series(std::string_view page);

/// What daemons say of themselves, added up over those of a kind. Reading blocks.
class DaemonFigures {
 public:
  /// `ops`: "http://HOST:PORT" of each. Throws Failure when one does not answer, UsageError for an address that is
  /// none.
  static DaemonFigures read(const std::vector<std::string>& ops);

  /// `kind`: "comet", "logic", "router", "job".
  double sum(const std::string& kind, const std::string& metric) const;
  std::size_t count(const std::string& kind) const;
  /// The series of a metric by the value of its first label, added up over the daemons of a kind.
  std::map<std::string, double> by_label(const std::string& kind, const std::string& metric) const;
  double resident(const std::string& kind) const { return sum(kind, "process_resident_memory_bytes"); }
  double cpu_seconds(const std::string& kind) const { return sum(kind, "process_cpu_seconds_total"); }

 private:
  struct Daemon {
    std::string kind;
    std::map<std::string, double> values, series;
  };
  std::vector<Daemon> daemons_;
};

}  // namespace im::imctl
