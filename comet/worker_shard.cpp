#include "comet/worker_shard.hpp"

#include <utility>

namespace im::comet {

void WorkerShard::connected(ConnId conn, Result<ConnectGrant> result) {
  worker_.post(
      [conn, result = std::move(result)](Worker& worker) { worker.protocol().on_connect_result(conn, result); });
}

void WorkerShard::answered(ConnId conn, ReceiveAnswer answer) {
  worker_.post(
      [conn, answer = std::move(answer)](Worker& worker) { worker.protocol().on_receive_result(conn, answer); });
}

void WorkerShard::kick(std::vector<ConnId> conns, CloseReason reason) {
  worker_.post([conns = std::move(conns), reason](Worker& worker) { worker.kick(conns, reason); });
}

/// In one part: those that have no session yet as well.
void WorkerShard::close_part(CloseReason reason, std::uint32_t part, std::uint32_t parts) {
  worker_.post([reason, part, parts](Worker& worker) {
    if (parts == 1) return worker.close_all(reason);
    worker.close_part(reason, part, parts);
  });
}

void WorkerShard::room_ready(std::string room) {
  worker_.post([room = std::move(room)](Worker& worker) { worker.protocol().on_room_ready(room); });
}

void WorkerShard::room_totals(std::shared_ptr<const RoomCounts> totals) {
  worker_.post([totals = std::move(totals)](Worker& worker) {
    for (const auto& [room, total] : *totals) worker.membership().set_total(room, total);
  });
}

void WorkerShard::changed_counts(std::function<void(RoomCounts)> done) {
  worker_.post([done = std::move(done)](Worker& worker) { done(worker.rooms().take_changed_counts()); });
}

void WorkerShard::sessions(SlotSet slots, std::function<void(std::vector<SessionRecord>)> done) {
  worker_.post([slots, done = std::move(done)](Worker& worker) { done(worker.sessions(slots)); });
}

void WorkerShard::digest(std::function<void(std::vector<std::uint64_t>)> done) {
  worker_.post([done = std::move(done)](Worker& worker) { done(worker.digest()); });
}

}  // namespace im::comet
