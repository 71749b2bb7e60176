#include "comet/push/worker_set.hpp"

#include <bitset>

namespace im::comet {

namespace {

class BatchToken final : public TakenToken {
 public:
  explicit BatchToken(std::function<void()> taken) : taken_(std::move(taken)) {}
  ~BatchToken() override { taken_(); }

 private:
  std::function<void()> taken_;
};

/// Which workers the commands are for; all of them when one does not name connections.
class Concerned {
 public:
  explicit Concerned(const std::vector<DirectCommand>& commands) {
    for (const DirectCommand& command : commands) std::visit(*this, command);
  }
  bool operator[](std::size_t worker) const { return workers_[worker]; }

  void operator()(std::monostate) {}
  void operator()(const Drain&) {}
  void operator()(const DirectPush& push) { add(push.conns); }
  void operator()(const RoomChange& change) { add(change.conns); }
  void operator()(const Kick& kick) {
    if (kick.uid.value() > 0 || !kick.key.empty() || !kick.token_key.empty()) workers_.set();
    for (const auto& named : kick.conns) workers_.set(named.conn.worker());
  }

 private:
  void add(const std::vector<ConnId>& conns) {
    for (const ConnId conn : conns) workers_.set(conn.worker());
  }
  std::bitset<256> workers_;
};

}  // namespace

void WorkerSet::hand_over(std::vector<PushDelivery> deliveries, std::function<void()> taken) const {
  if (speaker_ != nullptr)
    taken = [speaker = speaker_, taken = std::move(taken)]() mutable { speaker->post(std::move(taken)); };
  const auto batch = std::make_shared<const DeliveryBatch>(
      DeliveryBatch{std::move(deliveries), std::make_shared<BatchToken>(std::move(taken))});
  for (WorkerPort* worker : workers_) worker->hand_over(batch);
}

void WorkerSet::hand_over(std::vector<DirectCommand> commands, CommandBatch::Taken taken) const {
  const Concerned concerned(commands);
  if (speaker_ != nullptr) {
    taken = [speaker = speaker_, taken = std::move(taken)](std::vector<std::int32_t> reached) mutable {
      speaker->post([taken = std::move(taken), reached = std::move(reached)] { taken(reached); });
    };
  }
  const auto batch = std::make_shared<const CommandBatch>(std::move(commands), std::move(taken));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (concerned[i]) workers_[i]->hand_over(batch);
  }
}

}  // namespace im::comet
