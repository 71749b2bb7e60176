#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "logic/calls/call_table.hpp"
#include "logic/comets/user_events.hpp"

namespace im::logic {

/// Brings events of calls to their parties and users, straight to the comets, and tells the router what arrived: what
/// did not counts as a lost party, what nobody knows of goes again. Any thread, never blocks.
class CallDelivery {
 public:
  struct Stats {
    std::atomic<std::uint64_t> sent{0}, lost{0}, unsure{0};
  };
  CallDelivery(CallTable& calls, CometGateway& gateway, UserEvents& users)
      : calls_(calls), gateway_(gateway), users_(users) {}

  void deliver(const im::calls::Record& record, const google::protobuf::RepeatedPtrField<im::calls::Event>& events);
  const Stats& stats() const { return stats_; }

 private:
  struct Batch;
  void to_party(const std::shared_ptr<Batch>& batch, const im::calls::Event& event, std::string json);
  void to_user(const std::shared_ptr<Batch>& batch, const im::calls::Event& event, std::string json);

  CallTable& calls_;
  CometGateway& gateway_;
  UserEvents& users_;
  Stats stats_;
};

}  // namespace im::logic
