#pragma once

#include "comet/ports.hpp"
#include "comet/worker.hpp"

namespace im::comet {

/// A worker as the cluster's side sees it: each call becomes a task of the worker. Any thread.
class WorkerShard final : public ShardPort {
 public:
  explicit WorkerShard(Worker& worker) : worker_(worker) {}

  std::uint8_t index() const override { return worker_.index(); }
  const WorkerStats& stats() const override { return worker_.stats(); }
  void connected(ConnId conn, Result<ConnectGrant> result) override;
  void answered(ConnId conn, ReceiveAnswer answer) override;
  void kick(std::vector<ConnId> conns, CloseReason reason) override;
  void close_part(CloseReason reason, std::uint32_t part, std::uint32_t parts) override;
  void room_ready(std::string room) override;
  void room_totals(std::shared_ptr<const RoomCounts> totals) override;
  void changed_counts(std::function<void(RoomCounts)> done) override;
  void sessions(SlotSet slots, std::function<void(std::vector<SessionRecord>)> done) override;
  void digest(std::function<void(std::vector<std::uint64_t>)> done) override;

 private:
  Worker& worker_;
};

}  // namespace im::comet
