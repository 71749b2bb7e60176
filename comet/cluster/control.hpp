#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "comet/cluster/batch_pace.hpp"
#include "comet/cluster/online_counts.hpp"
#include "comet/cluster/room_directory.hpp"
#include "comet/edge/ip_table.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "comet/worker.hpp"
#include "common/base/cluster_clock.hpp"
#include "common/base/repeat.hpp"
#include "common/base/slot.hpp"
#include "common/daemon/health.hpp"

namespace im::comet {

/// Sessions whose home or key lies in the slots asked for, and the rooms there that have members.
struct Holdings {
  std::vector<SessionRecord> sessions;
  std::vector<RoomPresence> rooms;
};

struct ControlConfig {
  NodeDescription node;
  std::chrono::milliseconds room_linger{10000};
  std::size_t max_connects_in_flight = 512;  ///< further ones wait; they are bounded by the connections
};

struct ControlStats {
  Counter connects_ok, connects_refused, connects_failed, connects_abandoned;
  Counter registrations, fenced, lease_failures, leases_slept;
  Counter disconnects_sent, disconnects_retried, disconnects_dropped;
  Counter room_updates, room_update_failures, room_updates_dropped, report_failures;
  Counter snapshots;
};

/// The comet's one thread that talks to logic: registration and lease, connects, disconnects, room presence, counts.
/// Workers hand requests over and get answers back as tasks, so they never make a call themselves.
class Control final : public ControlPort {
 public:
  Control(ControlConfig config, std::unique_ptr<LogicGateway> logic, IpTable& ips, Health& health);
  ~Control() override;

  /// Workers must outlive stop(). `on_registered` runs once, on the control thread, after the first registration.
  void start(std::vector<Worker*> workers, std::function<void()> on_registered);
  void start_draining();
  /// Nothing is waiting to be told to logic any more.
  bool settled() const { return unsettled_.load() == 0; }
  void stop();
  const ControlStats& stats() const { return stats_; }

  void ask_connect(ConnectAsk ask) override;
  void connect_abandoned(ConnId conn) override;
  void ask_receive(ConnId conn, ReceiveAsk ask) override;
  void session_ended(SessionRecord session) override;
  void room_joined(std::uint8_t worker, std::string room) override;
  void room_left(std::uint8_t worker, std::string room) override;
  CometInstance self() const override;

  /// Pushes for this comet were dropped: whoever is connected may have missed some, so all come again, in portions over
  /// two seconds. Any thread.
  void close_missed();
  /// Somebody has seen that our lease is over: pushes do not come here any more. Any thread.
  void lease_ended();

  /// What this comet holds in these slots, for the router that has taken them. Any thread; `done` runs on the control
  /// thread, and never when it has stopped.
  void snapshot(SlotSet slots, std::function<void(Holdings)> done);

 private:
  struct Reactor;
  void post(std::function<void()> task);
  void after(std::chrono::milliseconds delay, std::function<void()> task);
  void to_workers(const Worker::Task& task);

  void register_node();
  void on_registered(const Registration& registration);
  void renew();
  void on_lease(Result<LeaseAnswer> answer);
  void notice_standstill();
  void lease_held(std::chrono::nanoseconds asked);

  void next_connects();
  void on_connected(const ConnectAsk& ask, Result<ConnectGrant> result);
  void flush_disconnects();
  void on_disconnects_told(const std::vector<SessionRecord>& batch, const Result<Ok>& told);
  void flush_rooms();
  void on_rooms_told(const Result<Ok>& told, std::size_t size);
  bool room_update_failed(const Error& why, std::size_t size);
  void room_ready(const std::vector<RoomDirectory::Waiter>& waiters);
  void report_online();
  void on_totals(const CountReport& report, Result<OnlineTotals> totals);
  void close_part(CloseReason reason, std::uint32_t part);
  void on_second();
  void give_back_memory();

  ControlConfig config_;
  std::unique_ptr<LogicGateway> logic_;
  IpTable& ips_;
  Health& health_;
  ControlStats stats_;
  std::vector<Worker*> workers_;
  std::function<void()> first_registration_;

  std::atomic<std::uint32_t> number_{0};
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::int64_t> unsettled_{0};
  std::chrono::milliseconds lease_{10000};
  ClusterClock clock_;  ///< orders the logins of this comet
  // Both by CLOCK_BOOTTIME, which goes on while the machine sleeps:
  std::chrono::nanoseconds lease_until_{0};
  std::chrono::nanoseconds looked_{0};
  bool draining_ = false;
  bool name_taken_ = false;  ///< told once until the name is ours

  struct UnderWay {
    std::function<void()> cancel;
    bool abandoned = false;
  };
  std::deque<ConnectAsk> connects_;
  std::unordered_map<std::uint64_t, UnderWay> under_way_;  ///< calls to logic, by ConnId
  std::size_t connects_in_flight_ = 0;
  std::size_t passed_ = 0;           ///< logins and records told to routers since freed memory was given back
  std::size_t passed_till_now_ = 0;  ///< of them, until the last second
  std::deque<SessionRecord> ended_;
  BatchPace disconnect_pace_{1000};
  bool disconnect_in_flight_ = false;
  RoomDirectory rooms_;
  OnlineCounts counts_;
  BatchPace room_pace_{1000};
  bool rooms_stuck_ = false;  ///< readiness says so
  bool report_in_flight_ = false;
  Repeat reports_failed_;
  TotalsVersions totals_versions_;
  int seconds_ = 0;

  std::unique_ptr<Reactor> reactor_;
  std::thread thread_;
};

}  // namespace im::comet
