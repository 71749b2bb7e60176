#pragma once

#include <optional>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/registry/registry.hpp"

namespace im::logic {

/// The comets that may have clients, as far as lists of the registry say. A list that is not complete comes from a
/// router which has lost its memory and does not name all of them yet. Those of former lists stay then; a logic that
/// has had no complete list either does not know them (docs/decisions/0086). Pure; the caller guards it.
class KnownComets {
 public:
  void heard(const registry::NodeListing& list, TimePoint now);
  /// What was heard, complete or not.
  const std::vector<CometInstance>& all() const { return comets_; }
  /// Every comet that may have clients; none when that is not known, or not since `age`.
  std::optional<std::vector<CometInstance>> within(Duration age, TimePoint now) const;

 private:
  std::vector<CometInstance> comets_;
  bool whole_ = false;  ///< a complete list has come, and names some comet or is the latest
  std::optional<TimePoint> answered_;
};

}  // namespace im::logic
