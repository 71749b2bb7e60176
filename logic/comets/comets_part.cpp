#include "logic/comets/comets_part.hpp"

#include "common/daemon/metrics.hpp"

namespace im::logic {

void CometsPart::add_metrics(MetricsPage& page) const {
  const auto counter = [&page](const char* outcome, std::uint64_t value) {
    page.counter("im_logic_replaced_total",
                 "Sessions replaced by a login on another comet, by whether that comet was told.",
                 static_cast<double>(value), {{"outcome", outcome}});
  };
  counter("told", replaced_->stats().told);
  counter("again", replaced_->stats().again);
  counter("dropped", replaced_->dropped());
}

}  // namespace im::logic
