#include "comet/cluster/control.hpp"

#include <iterator>
#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

Control::Control(const ControlConfig& config, std::unique_ptr<LogicGateway> logic, const IpTable& ips, Health& health)
    : logic_(std::move(logic)),
      lease_(config.node, {thread_, lane_}, *logic_, workers_, {ips, health, stats_}),
      ends_(
          thread_, *logic_, [this] { return self(); }, stats_),
      lost_(
          thread_, *logic_, [this] { return self(); }, stats_),
      logins_(config.logins, thread_, *logic_, workers_, stats_, [this](SessionEpoch order) { lost_.add(order); }),
      rooms_(config.room_linger, thread_, *logic_, workers_, lease_, health, stats_),
      fates_(thread_, *logic_, [this] { return self(); }),
      requests_(config.requests, request_lane_, *logic_, workers_) {}

Control::~Control() { stop(); }

void Control::start(std::vector<ShardPort*> workers, std::function<void()> on_registered) {
  workers_ = std::move(workers);
  thread_.post([this, on_registered = std::move(on_registered)] {
    lease_.start([this, on_registered](bool first) {
      rooms_.start_anew();
      if (first) on_registered();
    });
    on_second();
  });
  thread_.start();
  lane_.start();
  request_lane_.start();
}

void Control::stop() {
  request_lane_.stop();
  lane_.stop();
  thread_.stop();
}

void Control::start_draining() {
  thread_.post([this] { lease_.start_draining(); });
}

void Control::ask_connect(ConnectAsk ask) {
  thread_.post([this, ask = std::move(ask)]() mutable {
    ask.order = lease_.order_of(ask);
    logins_.add(std::move(ask));
  });
}

void Control::connect_abandoned(ConnId conn) {
  thread_.post([this, conn] { logins_.abandon(conn); });
}

void Control::session_ended(SessionRecord session) {
  ends_.expect();
  thread_.post([this, session = std::move(session)]() mutable { ends_.add(std::move(session)); });
}

void Control::tell_fate(const std::string& name, const FateCounts& counts) {
  thread_.post([this, name, counts] { fates_.add(name, counts); });
}

void Control::room_joined(std::uint8_t worker, std::string room) {
  thread_.post([this, worker, room = std::move(room)] { rooms_.joined(worker, room); });
}

void Control::room_left(std::uint8_t worker, std::string room) {
  thread_.post([this, worker, room = std::move(room)] { rooms_.left(worker, room); });
}

void Control::close_missed() {
  log::warn("pushes for this comet were dropped; all clients are told to come again");
  thread_.post([this] { lease_.close_in_parts(CloseReason::kMissed); });
}

void Control::lease_ended() {
  log::warn("the cluster has given this comet up: its lease is over; all clients are told to come again");
  thread_.post([this] { lease_.close_in_parts(CloseReason::kFenced); });
}

/// What the workers have answered to one snapshot. Control thread.
struct Control::Gathering {
  SlotSet slots;
  std::function<void(Holdings)> done;
  std::size_t missing = 0;
  Holdings holdings;
};

void Control::snapshot(SlotSet slots, std::function<void(Holdings)> done) {
  const auto all = std::make_shared<Gathering>(Gathering{slots, std::move(done), 0, {}});
  thread_.post([this, all] {
    stats_.snapshots.add();
    all->missing = workers_.size();
    for (ShardPort* worker : workers_) {
      worker->sessions(all->slots, [this, all](std::vector<SessionRecord> part) {
        thread_.post([this, all, part = std::move(part)]() mutable {
          std::move(part.begin(), part.end(), std::back_inserter(all->holdings.sessions));
          if (--all->missing > 0) return;
          snapshot_rows_ += all->holdings.sessions.size();
          all->holdings.rooms = rooms_.snapshot(all->slots);
          all->done(std::move(all->holdings));
        });
      });
    }
  });
}

/// What the workers have answered to one digest. Control thread.
struct Control::Adding {
  std::function<void(std::vector<std::uint64_t>)> done;
  std::size_t missing = 0;
  std::vector<std::uint64_t> sums;
};

void Control::digest(std::function<void(std::vector<std::uint64_t>)> done) {
  const auto all = std::make_shared<Adding>(Adding{std::move(done), 0, std::vector<std::uint64_t>(kSlots)});
  thread_.post([this, all] {
    all->missing = workers_.size();
    for (ShardPort* worker : workers_) {
      worker->digest([this, all](std::vector<std::uint64_t> part) {
        thread_.post([all, part = std::move(part)] {
          for (std::size_t slot = 0; slot < kSlots; ++slot) all->sums[slot] += part[slot];
          if (--all->missing == 0) all->done(std::move(all->sums));
        });
      });
    }
  });
}

void Control::on_second() {
  rooms_.on_second();
  give_back_memory();
  if (each_second_) each_second_();
  thread_.post_after(std::chrono::seconds(1), [this] { on_second(); });
}

/// Logins that wait, and what routers are told of sessions, hold some hundred bytes each, connections inside TLS some
/// ten thousand; after a burst those would stay with the process for ever.
void Control::give_back_memory() {
  std::size_t passed = logins_.answered() + snapshot_rows_;
  for (const ShardPort* worker : workers_) passed += worker->stats().tls_ended.value();
  if (monotonic_now() - returned_ < kBetweenReturns || !burst_.over(passed, !logins_.idle())) return;
  returned_ = monotonic_now();
  stats_.heap_returns.add();
  give_back_heap();
}

}  // namespace im::comet
