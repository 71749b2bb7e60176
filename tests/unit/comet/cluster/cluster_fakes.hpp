#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "comet/cluster/control_stats.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/ports.hpp"
#include "common/daemon/health.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::comet {

/// Keeps what logic is asked; the test answers.
class FakeLogic final : public LogicGateway {
 public:
  struct Login {
    ConnectAsk ask;
    Done<ConnectGrant> done;
    bool cancelled = false;
  };
  std::function<void()> connect(ConnectAsk ask, Done<ConnectGrant> done) override {
    logins.push_back({std::move(ask), std::move(done)});
    return [this, index = logins.size() - 1] { logins[index].cancelled = true; };
  }
  void disconnect(CometInstance, std::vector<SessionRecord> sessions, Done<Ok> done) override {
    disconnects.emplace_back(std::move(sessions), std::move(done));
  }
  void receive(ReceiveAsk ask, Done<ReceiveAnswer> done) override {
    receives.emplace_back(std::move(ask), std::move(done));
  }
  void register_node(const registry::Node&, CometInstance previous, std::int64_t,
                     Done<registry::Registration> done) override {
    registrations.emplace_back(previous, std::move(done));
  }
  void renew(const registry::NodeRef&, const registry::NodeLoad& load, std::int64_t,
             Done<registry::Renewal> done) override {
    renewals.emplace_back(load, std::move(done));
  }
  void update_rooms(CometInstance, std::vector<RoomPresence> rooms, Done<Ok> done) override {
    updates.emplace_back(std::move(rooms), std::move(done));
  }
  void report_online(CometInstance, CountReport report, TotalsVersions, Done<OnlineTotals> done) override {
    reports.push_back({report.full, std::move(report.counts), std::move(done)});
  }

  void use(const std::vector<std::string>&) override {}
  void report_fates(CometInstance, std::vector<FateReport> told, Done<Ok> done) override {
    fates.emplace_back(std::move(told), std::move(done));
  }

  struct Report {
    bool full;
    RoomCounts counts;
    Done<OnlineTotals> done;
  };
  std::vector<Login> logins;
  std::vector<std::pair<std::vector<SessionRecord>, Done<Ok>>> disconnects;
  std::vector<std::pair<ReceiveAsk, Done<ReceiveAnswer>>> receives;
  std::vector<std::pair<CometInstance, Done<registry::Registration>>> registrations;
  std::vector<std::pair<registry::NodeLoad, Done<registry::Renewal>>> renewals;
  std::vector<std::pair<std::vector<RoomPresence>, Done<Ok>>> updates;
  std::vector<Report> reports;
  std::vector<std::pair<std::vector<FateReport>, Done<Ok>>> fates;
};

/// Writes down what a worker is told.
class FakeShard final : public ShardPort {
 public:
  explicit FakeShard(std::uint8_t index = 0) : index_(index) {}

  std::uint8_t index() const override { return index_; }
  const WorkerStats& stats() const override { return stats_; }
  void connected(ConnId conn, Result<ConnectGrant> result) override { answers.emplace_back(conn, result.ok()); }
  void answered(ConnId conn, ReceiveAnswer answer) override { replies.emplace_back(conn, std::move(answer)); }
  void kick(std::vector<ConnId> conns, CloseReason reason) override {
    kicked = std::move(conns);
    why = reason;
  }
  void close_part(CloseReason reason, std::uint32_t, std::uint32_t parts) override {
    closed.emplace_back(reason, parts);
  }
  void room_ready(std::string room) override { ready.push_back(std::move(room)); }
  void room_totals(std::shared_ptr<const RoomCounts> told) override { totals = *told; }
  void changed_counts(std::function<void(RoomCounts)> done) override { done(std::exchange(counts, {})); }
  void sessions(SlotSet, std::function<void(std::vector<SessionRecord>)> done) override { done({}); }
  void digest(std::function<void(std::vector<std::uint64_t>)> done) override { done(sums); }

  std::vector<std::pair<ConnId, bool>> answers;
  std::vector<std::pair<ConnId, ReceiveAnswer>> replies;
  std::vector<ConnId> kicked;
  CloseReason why{};  ///< of the last kick
  std::vector<std::pair<CloseReason, std::uint32_t>> closed;
  std::vector<std::string> ready;
  RoomCounts totals, counts;
  std::vector<std::uint64_t> sums = std::vector<std::uint64_t>(kSlots);

 private:
  std::uint8_t index_;
  WorkerStats stats_;
};

/// Two workers, a logic, and a time that stands still until it is told to go on.
class ClusterTest : public testing::Test {
 protected:
  using Millis = std::chrono::milliseconds;

  ManualScheduler control_;
  FakeLogic logic_;
  FakeShard first_{0}, second_{1};
  std::vector<ShardPort*> workers_{&first_, &second_};
  ControlStats stats_;
  Health health_;
};

}  // namespace im::comet
