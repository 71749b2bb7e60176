#include "logic/store/lane_batch.hpp"

#include "common/base/blocking_pool.hpp"
#include "common/base/fault.hpp"

namespace im::logic::store {

namespace {

constexpr int kDeadlocks = 4;

/// Failures that take the whole transaction with them.
bool ends_the_transaction(sql::Failure failure) {
  switch (failure) {
    case sql::Failure::kDeadlock:
    case sql::Failure::kFull:
    case sql::Failure::kReadOnly:
    case sql::Failure::kGone:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<Status> LaneBatch::run() {
  auto outcome = attempt();
  for (int deadlocks = 0; outcome == Outcome::kAgain || outcome == Outcome::kDeadlock; outcome = attempt())
    if (outcome == Outcome::kDeadlock && ++deadlocks == kDeadlocks) break;
  committed_ = outcome == Outcome::kDone;
  if (committed_) return std::move(answers_);
  outgoing_.clear();
  const auto error = failed_.value_or(Error{Error::Code::kOverloaded, "the database chose others too often"});
  return std::vector<Status>(entries_.size(), Status(error));
}

LaneBatch::Outcome LaneBatch::attempt() {
  answers_.clear();
  outgoing_.clear();
  looks_again_ = false;
  const auto outcome = write_all();
  if (outcome != Outcome::kDone) db_.rollback();
  return outcome;
}

LaneBatch::Outcome LaneBatch::write_all() {
  if (auto begun = db_.begin(); !begun) return batch_failed(begun.error());
  auto now = db_.clock_ms();
  if (!now) return batch_failed(now.error());
  if (auto deleted = delete_sent(); !deleted) return batch_failed(deleted.error());
  // A round trip a row is what a server costs; SQLite has none. With savepoints each entry has to answer for its own
  // rows.
  Write write(db_, now.value(), !savepoints_ && db_.engine() == sql::Engine::kMysql);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (auto locked = lock_heads(write, i); !locked) return flush_failed(locked.error());
    if (const auto outcome = write_one(write, i); outcome != Outcome::kDone) return outcome;
  }
  if (looks_again_) return Outcome::kAgain;
  if (auto flushed = write.flush(); !flushed) return flush_failed(flushed.error());
  if (!entries_.empty() && fault::fire("store.early_answer")) {
    for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].done(answers_[i]);
    fault::fire("store.after_early_answer");
  }
  fault::fire("store.before_commit");
  if (auto committed = commit_(db_); !committed) return batch_failed(committed.error());
  fault::fire("store.after_commit");
  outgoing_ = write.outgoing();
  return Outcome::kDone;
}

LaneBatch::Outcome LaneBatch::write_one(Write& write, std::size_t at) {
  if (auto begun = write.begin_entry(entries_[at].blind && !savepoints_); !begun) return flush_failed(begun.error());
  const auto writes = db_.writes() + write.inserted();
  const auto handed_on = write.handed_on();
  if (savepoints_)
    if (auto set = db_.execute("SAVEPOINT entry"); !set) return batch_failed(set.error());
  auto work = [&] { return entries_[at].apply(write); };
  auto answer = result_of(work);
  const auto failure = db_.failure();
  if (!answer && ends_the_transaction(failure)) return batch_failed(answer.error());
  if (!answer && failure == sql::Failure::kConstraint && answer.error().code == Error::Code::kConflict) look_again(at);
  if (!answer && !savepoints_ && db_.writes() + write.inserted() != writes) {
    savepoints_ = true;
    return Outcome::kAgain;
  }
  if (!answer) write.take_back(handed_on);
  if (auto ended = write.end_entry(); !ended) return flush_failed(ended.error());
  if (savepoints_) {
    if (!answer) (void)db_.execute("ROLLBACK TO SAVEPOINT entry");
    if (auto released = db_.execute("RELEASE SAVEPOINT entry"); !released) return batch_failed(released.error());
  }
  answers_.push_back(std::move(answer));
  return Outcome::kDone;
}

/// Entries look whether a row is there before they add it. Where it came in between from another logic, a transaction
/// that begins now sees it. Once for each entry: what is refused again is not unique for good.
void LaneBatch::look_again(std::size_t at) {
  if (looked_again_.insert(at).second) looks_again_ = true;
}

/// Some entry's row: which one, savepoints will tell.
LaneBatch::Outcome LaneBatch::flush_failed(const Error& error) {
  if (ends_the_transaction(db_.failure()) || savepoints_) return batch_failed(error);
  savepoints_ = true;
  return Outcome::kAgain;
}

LaneBatch::Outcome LaneBatch::batch_failed(const Error& error) {
  failed_ = error;
  return db_.failure() == sql::Failure::kDeadlock ? Outcome::kDeadlock : Outcome::kFailed;
}

/// Before the first of a row of blind entries: the conversations of all of them. They are sorted, and so is what is
/// locked.
Status LaneBatch::lock_heads(Write& write, std::size_t at) {
  const bool first = at == 0 || !entries_[at - 1].blind;
  if (savepoints_ || !first || db_.engine() == sql::Engine::kSqlite) return Ok{};
  std::vector<ConvId> convs;
  for (; at < entries_.size() && entries_[at].blind; ++at)
    if (const ConvId conv(entries_[at].key); convs.empty() || convs.back() != conv) convs.push_back(conv);
  return convs.size() < 2 ? Status(Ok{}) : write.heads().lock(db_, convs);
}

Status LaneBatch::delete_sent() {
  if (sent_.empty()) return Ok{};
  if (db_.engine() == sql::Engine::kSqlite) {
    for (const auto& mark : sent_)
      if (auto done = db_.execute("DELETE FROM outbox WHERE conv_id = ? AND seq = ?", {mark.conv, mark.seq}); !done)
        return done.error();
    return Ok{};
  }
  sql::Values values;
  for (const auto& mark : sent_) values.insert(values.end(), {mark.conv, mark.seq});
  auto done = db_.execute("DELETE o FROM " + row_list(sent_.size(), {"conv", "seq"}) +
                              " v STRAIGHT_JOIN outbox o FORCE INDEX (PRIMARY) ON o.conv_id = v.conv AND o.seq = v.seq",
                          values);
  return done ? Status(Ok{}) : Status(done.error());
}

}  // namespace im::logic::store
