#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "logic/push/push_reach.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// Copies of a push at connections; what the words mean is in proto/im/logic.proto (FateReport).
struct FateCounts {
  std::uint64_t delivered = 0, missed = 0, dropped = 0, unwanted = 0;
};

/// What became of a push, as far as comets have reported it.
struct PushFate {
  PushReach reach;
  std::uint32_t comets_reported = 0;  ///< of reach.comets
  FateCounts copies;
};

/// Pushes that somebody asks about, kept by the routers for ten minutes, so that any logic can answer. One row says
/// where a push went, and one row for each comet what it did with it. Rows of an API key have a room of their own: the
/// oldest go first. Any thread.
class PushFates {
 public:
  explicit PushFates(SharedTable& shared) : shared_(shared) {}

  /// The name under which comets report a push of an API key.
  static std::string name_of(const std::string& key_id, const std::string& push_id);
  /// The push is in Kafka. `done` runs once.
  void opened(const std::string& name, const PushReach& reach, std::function<void(Status)> done);
  /// All that this comet did with it so far; a name that is none is left out.
  void reported(const std::string& name, const CometInstance& comet, const FateCounts& counts,
                std::function<void(Status)> done);
  /// nullopt: nobody asked about it, or it was too long ago.
  void find(const std::string& name, std::function<void(Result<std::optional<PushFate>>)> done);

 private:
  SharedTable& shared_;
};

}  // namespace im::logic
