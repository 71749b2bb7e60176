#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "comet/cluster/comet_lease.hpp"
#include "comet/cluster/control_stats.hpp"
#include "comet/cluster/fate_reports.hpp"
#include "comet/cluster/holdings.hpp"
#include "comet/cluster/login_queue.hpp"
#include "comet/cluster/lost_logins.hpp"
#include "comet/cluster/request_lane.hpp"
#include "comet/cluster/room_reporter.hpp"
#include "comet/cluster/session_ends.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/base/domain_thread.hpp"
#include "common/base/heap.hpp"
#include "common/base/slot.hpp"

namespace im::comet {

struct ControlConfig {
  registry::Node node;
  std::chrono::milliseconds room_linger{10000};
  FlightWindow::Rules logins;
  RequestLane::Rules requests;
};

/// The door between workers and logic: each thing that a worker asks goes to the part that does it, on the control
/// thread. Requests of clients and the lease have threads of their own (RequestLane, CometLease), so they do not wait
/// behind a wave of logins.
class Control final : public ControlPort {
 public:
  Control(const ControlConfig& config, std::unique_ptr<LogicGateway> logic, const IpTable& ips, Health& health);
  ~Control() override;

  /// Workers must outlive stop(). `on_registered` runs once, on the control thread, after the first registration.
  void start(std::vector<ShardPort*> workers, std::function<void()> on_registered);
  /// Runs on the control thread each second; set before start().
  void each_second(std::function<void()> task) { each_second_ = std::move(task); }
  void start_draining();
  /// Nothing is waiting to be told to logic any more.
  bool settled() const { return ends_.settled(); }
  void stop();
  const ControlStats& stats() const { return stats_; }
  const RequestStats& request_stats() const { return requests_.stats(); }

  void ask_connect(ConnectAsk ask) override;
  void connect_abandoned(ConnId conn) override;
  void ask_receive(ReceiveAsk ask) override { requests_.ask(std::move(ask)); }
  void session_ended(SessionRecord session) override;
  void room_joined(std::uint8_t worker, std::string room) override;
  void room_left(std::uint8_t worker, std::string room) override;
  CometInstance self() const override { return lease_.self(); }

  /// What became of a push that somebody asks about. Any thread.
  void tell_fate(const std::string& name, const FateCounts& counts);

  /// Which logics are asked from here on. Any thread.
  void use_logics(const std::vector<std::string>& addresses) { logic_->use(addresses); }

  /// Pushes for this comet were dropped: whoever is connected may have missed some, so all come again. Any thread.
  void close_missed();
  /// Somebody has seen that our lease is over: pushes do not come here any more. Any thread.
  void lease_ended();

  /// What this comet holds in these slots, for the router that has taken them. Any thread; `done` runs on the control
  /// thread, and never when it has stopped.
  void snapshot(SlotSet slots, std::function<void(Holdings)> done);
  /// All workers' ShardPort::digest, added up; `done` on the control thread.
  void digest(std::function<void(std::vector<std::uint64_t>)> done);

 private:
  struct Gathering;
  struct Adding;
  void on_second();
  std::function<void()> each_second_;
  void give_back_memory();

  std::unique_ptr<LogicGateway> logic_;
  ControlStats stats_;
  std::vector<ShardPort*> workers_;
  DomainThread thread_;
  DomainThread lane_;          ///< of the lease
  DomainThread request_lane_;  ///< of requests
  CometLease lease_;
  SessionEnds ends_;
  LostLogins lost_;
  LoginQueue logins_;
  RoomReporter rooms_;
  FateReports fates_;
  RequestLane requests_;

  std::size_t snapshot_rows_ = 0;
  static constexpr std::chrono::seconds kBetweenReturns{
      30};  ///< each walks the whole heap, and strangers can ask for it
  TimePoint returned_;
  BurstWatch burst_;  ///< of logins, of rows told to routers, of connections inside TLS
};

}  // namespace im::comet
