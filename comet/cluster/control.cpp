#include "comet/cluster/control.hpp"

#include <algorithm>
#include <pthread.h>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/base/batch.hpp"
#include "common/base/fault.hpp"
#include "common/base/heap.hpp"
#include "common/base/log.hpp"

namespace im::comet {

namespace {
constexpr int kFullReportEvery = 10;  // seconds
constexpr std::size_t kBurst = 1000;  // logins or records whose passing memory is worth a walk over the heap
constexpr std::size_t kQuiet = 100;   // of them in a second: the burst is over
}  // namespace

struct Control::Reactor {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
};

Control::Control(ControlConfig config, std::unique_ptr<LogicGateway> logic, IpTable& ips, Health& health)
    : config_(std::move(config)),
      logic_(std::move(logic)),
      ips_(ips),
      health_(health),
      rooms_(config_.room_linger),
      reactor_(std::make_unique<Reactor>()) {
  health_.set("logic", false, "not registered yet");
}

Control::~Control() { stop(); }

void Control::start(std::vector<Worker*> workers, std::function<void()> on_registered) {
  workers_ = std::move(workers);
  first_registration_ = std::move(on_registered);
  post([this] { register_node(); });
  post([this] { on_second(); });
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "control");
    reactor_->context.run();
  });
}

void Control::stop() {
  if (!thread_.joinable()) return;
  reactor_->context.stop();
  thread_.join();
}

void Control::start_draining() {
  post([this] {
    draining_ = true;
    renew();
  });
}

void Control::post(std::function<void()> task) { boost::asio::post(reactor_->context, std::move(task)); }

void Control::after(std::chrono::milliseconds delay, std::function<void()> task) {
  auto timer = std::make_shared<boost::asio::steady_timer>(reactor_->context, delay);
  timer->async_wait([timer, task = std::move(task)](boost::system::error_code error) {
    if (!error) task();
  });
}

void Control::to_workers(const Worker::Task& task) {
  for (Worker* worker : workers_) worker->post(task);
}

CometInstance Control::self() const { return {CometNumber(number_.load()), InstanceEpoch(epoch_.load())}; }

// ---- requests of the workers

void Control::ask_connect(ConnectAsk ask) {
  post([this, ask = std::move(ask)]() mutable {
    const auto tie = self().number.value() * 31 + static_cast<std::uint32_t>(ask.conn.slot());
    if (clock_.known()) ask.order = SessionEpoch(login_order(clock_.at(ask.asked), tie));
    connects_.push_back(std::move(ask));
    next_connects();
  });
}

void Control::next_connects() {
  while (!connects_.empty() && connects_in_flight_ < config_.max_connects_in_flight) {
    ConnectAsk ask = std::move(connects_.front());
    connects_.pop_front();
    ++connects_in_flight_;
    auto copy = ask;
    const std::uint64_t conn = ask.conn.raw();
    auto cancel = logic_->connect(std::move(copy), [this, ask = std::move(ask)](Result<ConnectGrant> result) mutable {
      post([this, ask = std::move(ask), result = std::move(result)] { on_connected(ask, result); });
    });
    under_way_[conn].cancel = std::move(cancel);
  }
}

/// A login that waits for a router would be carried out when its client is long somewhere else, and take the session
/// from the newer connection.
void Control::connect_abandoned(ConnId conn) {
  post([this, conn] {
    if (const auto call = under_way_.find(conn.raw()); call != under_way_.end()) {
      call->second.abandoned = true;
      call->second.cancel();
      return;
    }
    const auto waiting =
        std::find_if(connects_.begin(), connects_.end(), [conn](const ConnectAsk& ask) { return ask.conn == conn; });
    if (waiting == connects_.end()) return;
    connects_.erase(waiting);
    stats_.connects_abandoned.add();
  });
}

void Control::on_connected(const ConnectAsk& ask, Result<ConnectGrant> result) {
  --connects_in_flight_;
  ++passed_;
  const auto call = under_way_.extract(ask.conn.raw());
  if (result.ok()) {
    if (fault::fire("comet.after_bind")) return;
    stats_.connects_ok.add();
    const std::vector<ConnId> replaced = result.value().replaced;
    for (Worker* worker : workers_) {
      const bool concerned =
          std::any_of(replaced.begin(), replaced.end(), [&](ConnId id) { return id.worker() == worker->index(); });
      if (concerned) worker->post([replaced](Worker& w) { w.kick(replaced, CloseReason::kReplaced); });
    }
  } else if (result.error().code == Error::Code::kInvalid || result.error().code == Error::Code::kDenied) {
    stats_.connects_refused.add();
  } else if (!call.empty() && call.mapped().abandoned) {
    stats_.connects_abandoned.add();
  } else {
    stats_.connects_failed.add();
  }
  workers_[ask.conn.worker()]->post(
      [id = ask.conn, result = std::move(result)](Worker& worker) { worker.protocol().on_connect_result(id, result); });
  next_connects();
}

void Control::ask_receive(ConnId conn, ReceiveAsk ask) {
  post([this, conn, ask = std::move(ask)]() mutable {
    logic_->receive(std::move(ask), [this, conn](Result<ReceiveAnswer> result) {
      // goim answers even when the call failed.
      ReceiveAnswer answer = result.ok() ? std::move(result).value() : ReceiveAnswer{};
      workers_[conn.worker()]->post(
          [conn, answer = std::move(answer)](Worker& worker) { worker.protocol().on_receive_result(conn, answer); });
    });
  });
}

void Control::session_ended(SessionRecord session) {
  ++unsettled_;
  post([this, session = std::move(session)]() mutable {
    ended_.push_back(std::move(session));
    flush_disconnects();
  });
}

/// One call at a time; what ends meanwhile rides the next one. A failed call is repeated: a session of ours that is not
/// taken out would be found by pushes until it is replaced or our lease ends.
void Control::flush_disconnects() {
  if (disconnect_in_flight_ || disconnect_pace_.waiting() || ended_.empty()) return;
  if (fault::fire("comet.before_disconnect")) return;
  disconnect_in_flight_ = true;
  auto batch = std::make_shared<std::vector<SessionRecord>>();
  for (std::size_t bytes = 0; !ended_.empty() && batch->size() < disconnect_pace_.limit() && bytes < kMaxBatchBytes;) {
    bytes += ended_.front().key.size() + ended_.front().platform.size() + kEntryBytes;
    batch->push_back(std::move(ended_.front()));
    ended_.pop_front();
  }
  logic_->disconnect(self(), *batch, [this, batch](Result<Ok> told) {
    post([this, batch, told = std::move(told)] { on_disconnects_told(*batch, told); });
  });
}

void Control::on_disconnects_told(const std::vector<SessionRecord>& batch, const Result<Ok>& told) {
  disconnect_in_flight_ = false;
  const auto wait =
      told.ok() ? std::nullopt : disconnect_pace_.failed(told.error().code, batch.size(), monotonic_now(), chance());
  if (wait) {
    stats_.disconnects_retried.add(batch.size());
    ended_.insert(ended_.begin(), batch.begin(), batch.end());
    after(std::chrono::duration_cast<std::chrono::milliseconds>(*wait), [this] {
      disconnect_pace_.due();
      flush_disconnects();
    });
    return;
  }
  if (told.ok()) {
    disconnect_pace_.taken();
    stats_.disconnects_sent.add(batch.size());
  } else {
    stats_.disconnects_dropped.add();
    log::error("an ended session is refused for what is in it and dropped", {{"why", told.error().message}});
  }
  unsettled_ -= static_cast<std::int64_t>(batch.size());
  flush_disconnects();
}

// ---- counts

void Control::on_second() {
  ++seconds_;
  notice_standstill();
  flush_rooms();
  if (epoch_ != 0) {
    // Every worker tells its changed counts; the report after next second's collection may be a second old.
    for (Worker* worker : workers_) {
      worker->post([this](Worker& w) {
        auto changed = w.rooms().take_changed_counts();
        if (changed.empty()) return;
        post([this, index = w.index(), changed = std::move(changed)] {
          for (const auto& [room, count] : changed) counts_.set(index, room, count);
        });
      });
    }
    if (seconds_ % kFullReportEvery == 0) counts_.begin_full();
    report_online();
  }
  give_back_memory();
  after(std::chrono::seconds(1), [this] { on_second(); });
}

/// Logins that wait, and what routers are told of sessions, hold some hundred bytes each; after a burst those would
/// stay with the process for ever.
void Control::give_back_memory() {
  const std::size_t lately = passed_ - std::exchange(passed_till_now_, passed_);
  if (passed_ < kBurst || lately >= kQuiet || !connects_.empty()) return;
  passed_ = passed_till_now_ = 0;
  give_back_heap();
}

void Control::report_online() {
  if (report_in_flight_) return;
  report_in_flight_ = true;
  auto report = std::make_shared<const CountReport>(counts_.next());
  logic_->report_online(self(), *report, totals_versions_, [this, report](Result<OnlineTotals> totals) {
    post([this, report, totals = std::move(totals)] { on_totals(*report, totals); });
  });
}

void Control::on_totals(const CountReport& report, Result<OnlineTotals> totals) {
  report_in_flight_ = false;
  if (!totals.ok()) {
    stats_.report_failures.add();
    if (const std::uint64_t times = reports_failed_.tell(monotonic_now()))
      log::warn("the members of rooms were not reported", {{"why", totals.error().message}, {"times", times}});
    return;  // a full report goes on where it stood, and corrects what a changed count did not bring
  }
  counts_.reported(report);
  totals_versions_ = totals.value().versions;
  if (!totals.value().totals.empty()) {
    to_workers([shared = std::make_shared<const RoomCounts>(std::move(totals.value().totals))](Worker& worker) {
      for (const auto& [room, total] : *shared) worker.membership().set_total(room, total);
    });
  }
  if (counts_.more()) report_online();
}

}  // namespace im::comet
