#include "common/daemon/metrics.hpp"

#include <limits>
#include <map>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace im {

namespace {

class Page final : public MetricsPage {
 public:
  void counter(const std::string& name, const std::string& help, double value, const Labels& labels) override {
    add(name, help, prometheus::MetricType::Counter, labels).counter.value = value;
  }
  void gauge(const std::string& name, const std::string& help, double value, const Labels& labels) override {
    add(name, help, prometheus::MetricType::Gauge, labels).gauge.value = value;
  }
  void histogram(const std::string& name, const std::string& help, const Histogram::View& view,
                 const Labels& labels) override {
    auto& out = add(name, help, prometheus::MetricType::Histogram, labels).histogram;
    for (std::size_t step = 0; step < Histogram::kSteps; ++step) {
      out.sample_count += view.counts[step];
      const bool bounded = step < Histogram::kBoundsMs.size();
      const double bound = bounded ? Histogram::kBoundsMs[step] / 1000 : std::numeric_limits<double>::infinity();
      out.bucket.push_back({out.sample_count, bound});
    }
    out.sample_sum = view.sum_s;
  }
  std::string text() const {
    std::vector<prometheus::MetricFamily> families;
    families.reserve(families_.size());
    for (const auto& [name, family] : families_) families.push_back(family);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
  }

 private:
  prometheus::ClientMetric& add(const std::string& name, const std::string& help, prometheus::MetricType type,
                                const Labels& labels) {
    auto& family = families_[name];
    family.name = name;
    family.help = help;
    family.type = type;
    auto& metric = family.metric.emplace_back();
    for (const auto& [key, value] : labels) metric.label.push_back({key, value});
    return metric;
  }
  std::map<std::string, prometheus::MetricFamily> families_;
};

}  // namespace

void Metrics::add(Collector collector) {
  const std::lock_guard lock(mutex_);
  collectors_.push_back(std::move(collector));
}

std::string Metrics::scrape() const {
  const std::lock_guard lock(mutex_);
  Page page;
  for (const auto& collector : collectors_) collector(page);
  return page.text();
}

}  // namespace im
