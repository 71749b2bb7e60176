#include "comet/cluster/room_reporter.hpp"

#include <memory>
#include <utility>

#include "common/base/log.hpp"

namespace im::comet {

namespace {

constexpr int kFullReportEvery = 10;  // seconds

}  // namespace

void RoomReporter::joined(std::uint8_t worker, const std::string& room) {
  owner_.check();
  if (directory_.joined(room, worker)) {
    ready({{room, worker}});
  } else {
    flush();
  }
}

void RoomReporter::left(std::uint8_t worker, const std::string& room) {
  owner_.check();
  counts_.set(worker, room, 0);
  directory_.left(room, worker, control_.now());
}

void RoomReporter::flush() {
  if (!lease_.registered() || pace_.waiting()) return;
  auto changes = directory_.take(control_.now(), pace_.limit());
  if (changes.empty()) return;
  const std::size_t size = changes.size();
  stats_.room_updates.add(size);
  logic_.update_rooms(lease_.self(), std::move(changes), [this, size](Result<Ok> told) {
    control_.post([this, size, told = std::move(told)] { on_told(told, size); });
  });
}

void RoomReporter::on_told(const Result<Ok>& told, std::size_t size) {
  owner_.check();
  if (!told.ok() && update_failed(told.error(), size)) return;
  pace_.taken();
  if (std::exchange(stuck_, false)) health_.set("rooms", true);
  ready(directory_.acknowledged());
  flush();
}

/// False: its one change is given up, whoever waits for it goes on as if it had been told.
bool RoomReporter::update_failed(const Error& why, std::size_t size) {
  stats_.room_update_failures.add();
  const TimePoint now = control_.now();
  const auto wait = pace_.failed(why.code, size, now, chance());
  if (!wait) {
    stats_.room_updates_dropped.add();
    log::error("a room change is refused for what is in it and dropped", {{"why", why.message}});
    return false;
  }
  directory_.failed();
  if (pace_.failing_for(now) > lease_.lease() && !std::exchange(stuck_, true))
    health_.set("rooms", false, "nobody can join: the router takes no room changes: " + why.message);
  control_.post_after(*wait, [this] {
    pace_.due();
    flush();
  });
  return true;
}

void RoomReporter::ready(const std::vector<RoomDirectory::Waiter>& waiters) {
  for (const auto& waiter : waiters) workers_[waiter.worker]->room_ready(waiter.room);
}

void RoomReporter::on_second() {
  owner_.check();
  ++seconds_;
  flush();
  if (!lease_.registered()) return;
  collect_counts();
  if (seconds_ % kFullReportEvery == 0) counts_.begin_full();
  report();
}

/// Every worker tells its changed counts; the report after next second's collection may be a second old.
void RoomReporter::collect_counts() {
  for (ShardPort* worker : workers_) {
    worker->changed_counts([this, index = worker->index()](RoomCounts changed) {
      if (changed.empty()) return;
      control_.post([this, index, changed = std::move(changed)] {
        for (const auto& [room, count] : changed) counts_.set(index, room, count);
      });
    });
  }
}

void RoomReporter::report() {
  if (report_in_flight_) return;
  report_in_flight_ = true;
  auto report = std::make_shared<const CountReport>(counts_.next());
  logic_.report_online(lease_.self(), *report, totals_versions_, [this, report](Result<OnlineTotals> totals) {
    control_.post([this, report, totals = std::move(totals)] { on_totals(*report, totals); });
  });
}

void RoomReporter::on_totals(const CountReport& report, const Result<OnlineTotals>& totals) {
  owner_.check();
  report_in_flight_ = false;
  if (!totals.ok()) {
    stats_.report_failures.add();
    if (const std::uint64_t times = reports_failed_.tell(control_.now()))
      log::warn("the members of rooms were not reported", {{"why", totals.error().message}, {"times", times}});
    return;  // a full report goes on where it stood, and corrects what a changed count did not bring
  }
  counts_.reported(report);
  totals_versions_ = totals.value().versions;
  if (!totals.value().totals.empty()) {
    const auto shared = std::make_shared<const RoomCounts>(totals.value().totals);
    for (ShardPort* worker : workers_) worker->room_totals(shared);
  }
  if (counts_.more()) this->report();
}

}  // namespace im::comet
