#include "logic/store/outbox_relay.hpp"

#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/store/conversation_log.hpp"
#include "logic/store/outbox_shard.hpp"

namespace im::logic::store {

namespace {

constexpr sql::Query kShards{"SELECT DISTINCT shard FROM outbox WHERE added_ms < ?", 1};
constexpr const char* kRenew =
    "UPDATE outbox_leases SET owner = ?, until_ms = ? WHERE shard = ? AND (owner = ? OR until_ms < ?)";
constexpr const char* kFirst = "INSERT INTO outbox_leases (shard, owner, until_ms) VALUES (?, ?, ?)";

/// In the order of each conversation; older ones first would mix it.
std::string overdue_rows() {
  return "SELECT " + message_columns() +
         ", c.kind FROM outbox x JOIN messages m ON m.conv_id = x.conv_id AND m.seq = x.seq"
         " JOIN conversations c ON c.conv_id = x.conv_id" +
         kMessageJoin + "WHERE x.shard = ? AND x.added_ms < ? ORDER BY x.conv_id, x.seq LIMIT ?";
}

}  // namespace

OutboxRelay::OutboxRelay(sql::Database database, Options options, OutboxSink& sink)
    : database_(std::move(database)), options_(std::move(options)), sink_(sink) {}

void OutboxRelay::start() {
  thread_ = std::thread([this] { loop(); });
}

void OutboxRelay::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void OutboxRelay::loop() {
  std::unique_ptr<sql::Connection> db;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, options_.every, [this] { return stopping_; })) {
    lock.unlock();
    one_round(db);
    lock.lock();
  }
}

void OutboxRelay::one_round(std::unique_ptr<sql::Connection>& db) {
  if (!db || !db->usable()) {
    auto opened = sql::Connection::open(database_, sql::Access::kWrite);
    if (!opened) return;  // the lanes tell
    db = std::move(opened).value();
  }
  const auto done = round(*db);
  if (done) return;
  if (const auto times = failing_.tell(monotonic_now()))
    log::warn("the outbox is not relayed", {{"why", done.error().message}, {"times", times}});
}

Result<std::size_t> OutboxRelay::round(sql::Connection& db) {
  auto now = db.clock_ms();
  if (!now) return now.error();
  auto shards = db.select(kShards, {now.value() - options_.overdue_ms});
  if (!shards) return shards.error();
  std::size_t sum = 0;
  for (const auto& row : shards.value()) {
    const auto shard = static_cast<int>(row.number(0));
    auto mine = lease(db, shard, now.value());
    if (!mine) return mine.error();
    if (!mine.value()) continue;
    auto relayed = relay(db, shard, now.value());
    if (!relayed) return relayed.error();
    sum += relayed.value();
  }
  return sum;
}

/// Each statement is a transaction of its own.
Result<bool> OutboxRelay::lease(sql::Connection& db, int shard, std::int64_t now) {
  const auto until = now + options_.lease_ms;
  auto renewed = db.execute(kRenew, {options_.owner, until, shard, options_.owner, now});
  if (!renewed) return renewed.error();
  if (renewed.value() > 0) return true;
  auto first = db.execute(kFirst, {shard, options_.owner, until});
  if (first) return true;
  if (db.failure() == sql::Failure::kConstraint) return false;  // somebody else's
  return first.error();
}

Result<std::size_t> OutboxRelay::relay(sql::Connection& db, int shard, std::int64_t now) {
  static const auto text = overdue_rows();
  auto rows = db.select({text, kMessageColumns + 1}, {shard, now - options_.overdue_ms, options_.rows});
  if (!rows) return rows.error();
  std::vector<Outgoing> outgoing;
  for (const auto& row : rows.value())
    outgoing.push_back({static_cast<ConvKind>(row.number(kMessageColumns)), message_of(row)});
  if (fault::fire("store.relay_forgets") && !outgoing.empty()) outgoing.pop_back();
  if (!outgoing.empty()) sink_.take_again(outgoing);
  return outgoing.size();
}

}  // namespace im::logic::store
