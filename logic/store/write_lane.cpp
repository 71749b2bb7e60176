#include "logic/store/write_lane.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace im::logic::store {

namespace {

/// Marks wake the thread when so many wait; fewer ride with the next entries.
constexpr std::size_t kManyMarks = 64;
constexpr auto kMarksWait = std::chrono::milliseconds(200);

}  // namespace

WriteLane::WriteLane(sql::Database database, const LaneOptions& options, OutboxSink& sink)
    : database_(std::move(database)), options_(options), sink_(sink), thread_([this] { loop(); }) {}

Status WriteLane::submit(LaneEntry entry) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error{Error::Code::kUnavailable, "the store stops"};
    if (waiting_.size() >= options_.max_waiting || waiting_bytes_ + entry.bytes > options_.max_waiting_bytes) {
      ++stats_.refused;
      return Error{Error::Code::kOverloaded, "too much waits to be written"};
    }
    waiting_bytes_ += entry.bytes;
    waiting_.push_back(std::move(entry));
  }
  wake_.notify_one();
  return Ok{};
}

void WriteLane::sent(SentMark mark) {
  bool many = false;
  {
    const std::lock_guard lock(mutex_);
    sent_.push_back(mark);
    many = sent_.size() == kManyMarks;
  }
  if (many) wake_.notify_one();
}

void WriteLane::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

LaneStats WriteLane::stats() const {
  const std::lock_guard lock(mutex_);
  auto stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

void WriteLane::loop() {
  for (Taken taken; take(taken); taken = {}) write(std::move(taken));
}

/// False: stopped, and nothing is left.
bool WriteLane::take(Taken& taken) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kMarksWait,
                         [this] { return stopping_ || !waiting_.empty() || sent_.size() >= kManyMarks; }))
    if (!sent_.empty()) break;
  while (!waiting_.empty() && taken.entries.size() < options_.batch) {
    waiting_bytes_ -= waiting_.front().bytes;
    taken.entries.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  const auto marks = std::min(sent_.size(), options_.batch);
  const auto end = sent_.begin() + static_cast<std::ptrdiff_t>(marks);
  taken.sent.assign(sent_.begin(), end);
  sent_.erase(sent_.begin(), end);
  return !taken.entries.empty() || !taken.sent.empty();
}

void WriteLane::write(Taken taken) {
  // Two logics that write the same conversations lock them in the same order: hardly a deadlock.
  std::ranges::stable_sort(taken.entries, {}, &LaneEntry::key);
  if (auto connected = connect(); !connected) {
    answer(taken.entries, std::vector<Status>(taken.entries.size(), connected));
    return;
  }
  LaneBatch batch(*db_, taken.entries, taken.sent, options_.commit);
  const auto before = db_->statements();
  const auto answers = batch.run();
  {
    const std::lock_guard lock(mutex_);
    stats_.entries += taken.entries.size();
    stats_.statements += db_->statements() - before;
    ++(batch.committed() ? stats_.batches : stats_.failed_batches);
  }
  if (!batch.committed() && !answers.empty())
    if (const auto times = failing_.tell(monotonic_now()))
      log::warn("the store did not write", {{"why", answers.front().error().message}, {"batches", times}});
  answer(taken.entries, answers);
  if (const auto rows = batch.outgoing(); !rows.empty()) sink_.take(rows);
}

void WriteLane::answer(const std::vector<LaneEntry>& entries, const std::vector<Status>& answers) {
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].done(answers[i]);
}

Status WriteLane::connect() {
  if (db_ && db_->usable()) return Ok{};
  const auto now = monotonic_now();
  if (tried_ != TimePoint{} && now - tried_ < options_.reopen_after)
    return Error{Error::Code::kUnavailable, "the database is gone"};
  tried_ = now;
  auto opened = sql::Connection::open(database_, sql::Access::kWrite);
  if (!opened) {
    if (const auto times = failing_.tell(now))
      log::warn("the store has no connection", {{"why", opened.error().message}, {"times", times}});
    return opened.error();
  }
  db_ = std::move(opened).value();
  return Ok{};
}

}  // namespace im::logic::store
