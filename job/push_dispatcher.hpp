#pragma once

#include <cstdint>
#include <vector>

#include "job/push_record.hpp"
#include "job/settlement.hpp"

namespace im::job {

/// Record → one delivery per target, and back: which offset may be committed. Pure; one thread.
class PushDispatcher {
 public:
  /// The parts of a record, in no special order. Each must be given to settled() once, whatever becomes of it.
  /// Empty: the record has no target, or its partition is not held.
  std::vector<Delivery> dispatch(const PushRecordPtr& record);
  void settled(const Delivery& delivery);
  /// A record that is read but handed to nobody (malformed, or skipped by a fault point).
  void settle_whole(const PushRecord& record);

  void assigned(std::int32_t partition) { settlement_.open(partition); }
  void revoked(std::int32_t partition) { settlement_.close(partition); }
  /// The offsets begin anew; what is under way from the old log can no longer be committed.
  void log_began_anew(std::int32_t partition) { settlement_.open(partition); }

  Settlement& settlement() { return settlement_; }
  const Settlement& settlement() const { return settlement_; }

 private:
  Settlement settlement_;
};

}  // namespace im::job
