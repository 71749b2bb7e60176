#pragma once

#include "logic/events/events_part.hpp"
#include "logic/part.hpp"
#include "logic/presence/presence_counts.hpp"

namespace im::logic {

/// Who came and who went.
class PresencePart final : public Part {
 public:
  explicit PresencePart(EventsPart& events) { events.add(counts_); }
  void add_metrics(MetricsPage& page) const override;

 private:
  PresenceCounts counts_;
};

}  // namespace im::logic
