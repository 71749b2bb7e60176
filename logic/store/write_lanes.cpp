#include "logic/store/write_lanes.hpp"

namespace im::logic::store {

WriteLanes::WriteLanes(const sql::Database& database, std::size_t lanes, const LaneOptions& options, OutboxSink& sink) {
  const auto count = database.engine == sql::Engine::kSqlite ? 1 : lanes;
  for (std::size_t i = 0; i < count; ++i) lanes_.push_back(std::make_unique<WriteLane>(database, options, sink));
}

// Fibonacci hashing: neighbouring numbers go to different lanes.
WriteLane& WriteLanes::lane_of(std::int64_t key) {
  const auto hash = (static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15ULL) >> 32;
  return *lanes_[hash % lanes_.size()];
}

void WriteLanes::stop() {
  for (auto& lane : lanes_) lane->stop();
}

LaneStats WriteLanes::stats() const {
  LaneStats sum;
  for (const auto& lane : lanes_) {
    const auto one = lane->stats();
    sum.entries += one.entries;
    sum.batches += one.batches;
    sum.refused += one.refused;
    sum.failed_batches += one.failed_batches;
    sum.statements += one.statements;
    sum.waiting += one.waiting;
  }
  return sum;
}

}  // namespace im::logic::store
