#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/base/histogram.hpp"

namespace im {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// What a collector writes into at scrape time. Names: im_<service>_<thing>_{total,seconds,bytes};
/// labels are bounded (never a uid or a room).
class MetricsPage {
 public:
  virtual ~MetricsPage() = default;
  virtual void counter(const std::string& name, const std::string& help, double value, const Labels& labels = {}) = 0;
  virtual void gauge(const std::string& name, const std::string& help, double value, const Labels& labels = {}) = 0;
  virtual void histogram(const std::string& name, const std::string& help, const Histogram::View& value,
                         const Labels& labels = {}) = 0;  ///< in seconds
  void histogram(const std::string& name, const std::string& help, const Histogram& value, const Labels& labels = {}) {
    histogram(name, help, value.view(), labels);
  }
};

/// Parts keep plain counters of their own and register a function that reads them; summed at scrape, not before.
/// Any thread. prometheus-cpp is seen by metrics.cpp only.
class Metrics {
 public:
  using Collector = std::function<void(MetricsPage&)>;
  void add(Collector collector);
  /// Prometheus text format 0.0.4.
  std::string scrape() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Collector> collectors_;
};

}  // namespace im
