#include "logic/hooks/user_transitions.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace im::logic {

namespace {

constexpr sql::Query kIsBelieved{"SELECT COUNT(*) FROM hook_online WHERE uid = ?", 1};
constexpr sql::Query kBelieved{"SELECT uid FROM hook_online", 1};
constexpr const char* kCame = "INSERT INTO hook_online (uid) VALUES (?)";
constexpr const char* kWent = "DELETE FROM hook_online WHERE uid = ?";

Status write_one(store::Write& into, Uid uid, bool online) {
  auto believed = into.db.select(kIsBelieved, {uid});
  if (!believed) return believed.error();
  if ((believed.value().front().number(0) > 0) == online) return Ok{};
  if (auto changed = into.db.execute(online ? kCame : kWent, {uid}); !changed) return changed.error();
  const std::string event = online ? "user.connect" : "user.disconnect";
  HookCall call{.id = event + "/" + std::to_string(uid.value()) + "/" + std::to_string(into.now_ms), .event = event};
  call.body = boost::json::serialize(
      boost::json::object{{"id", call.id}, {"event", event}, {"uid", uid.value()}, {"ts", into.now_ms}});
  return HookQueue::put(into, call);
}

}  // namespace

/// What a dead logic had not written yet is found by the next sweep.
void UserTransitions::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  const TimePoint now = monotonic_now();
  for (const SlotEvent& event : events)
    if (const auto* user = std::get_if<UserChanged>(&event.what)) mark(user->uid, user->count > 0 ? now : now + delay_);
  done();
}

void UserTransitions::mark(Uid uid, TimePoint due) {
  if (uid.value() <= 0) return;
  const std::lock_guard lock(mutex_);
  if (due_.size() >= kMost && !due_.contains(uid)) return;
  due_.insert_or_assign(uid, due);
}

void UserTransitions::tick(TimePoint now) {
  std::vector<Uid> uids;
  {
    const std::lock_guard lock(mutex_);
    for (auto one = due_.begin(); one != due_.end() && uids.size() < kRound;) {
      const bool is_due = one->second <= now;
      if (is_due) uids.push_back(one->first);
      one = is_due ? due_.erase(one) : std::next(one);
    }
  }
  if (uids.empty()) return;
  LocateAsk ask;
  for (const Uid uid : uids) ask.uids.push_back(uid.value());
  directory_.locate(std::move(ask), [this, uids, later = now + delay_](const Result<LocateAnswer>& where) {
    std::vector<std::pair<Uid, bool>> states;
    for (std::size_t i = 0; i < uids.size(); ++i) {
      const bool online = where.ok() && !where.value().by_uid[i].empty();
      if (!online && (!where.ok() || where.value().unknown_uid(i))) {
        mark(uids[i], later);
      } else {
        states.emplace_back(uids[i], online);
      }
    }
    if (!states.empty()) write(std::move(states));
  });
}

void UserTransitions::write(std::vector<std::pair<Uid, bool>> states) {
  store::LaneEntry entry;
  entry.key = states.front().first.value();
  entry.apply = [states](store::Write& into) -> Status {
    for (const auto& [uid, online] : states)
      if (auto written = write_one(into, uid, online); !written) return written;
    return Ok{};
  };
  const auto again = [this, states] {
    for (const auto& [uid, online] : states) mark(uid, monotonic_now() + delay_);
  };
  entry.done = [again](const Status& written) {
    if (!written) again();
  };
  if (!store_.lanes().submit(std::move(entry))) again();
}

void UserTransitions::sweep(TimePoint now) {
  auto db = store_.reader();
  if (!db) return;
  auto rows = db.value()->select(kBelieved, {});
  if (!rows) return;
  const std::lock_guard lock(mutex_);
  for (const auto& row : rows.value())
    if (due_.size() < kMost) due_.try_emplace(row.id<Uid>(0), now);
}

}  // namespace im::logic
