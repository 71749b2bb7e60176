#include "logic/chat_presence/presence_teller.hpp"

#include <boost/json/serialize.hpp>

#include "common/base/log.hpp"

namespace im::logic {

/// What a dead logic had not told yet is not told: whoever watches asks again in time
/// (docs/decisions/0033-presence.md).
void PresenceTeller::handle(const std::vector<SlotEvent>& events, std::function<void()> done) {
  const TimePoint now = monotonic_now();
  for (const SlotEvent& event : events)
    if (const auto* user = std::get_if<UserChanged>(&event.what)) {
      if (user->count > 0) came(user->uid, now);
      if (user->count == 0) went(user->uid, now);
    }
  done();
}

void PresenceTeller::mark(Uid uid, const Due& due) {
  const std::lock_guard lock(mutex_);
  if (Due* known = due_of(uid, due)) known->at = std::min(known->at, due.at);
}

void PresenceTeller::came(Uid uid, TimePoint now) {
  const Due due{now + options_.gather, {}};
  const std::lock_guard lock(mutex_);
  if (Due* known = due_of(uid, due)) *known = {std::min(known->at, due.at), {}};
}

/// Whatever was due before: who went within the moment that a change waits was not gone for long enough.
void PresenceTeller::went(Uid uid, TimePoint now) {
  const Due due{now + options_.away, now};
  const std::lock_guard lock(mutex_);
  if (Due* known = due_of(uid, due)) *known = due;
}

/// Under the lock.
PresenceTeller::Due* PresenceTeller::due_of(Uid uid, const Due& otherwise) {
  if (uid.value() <= 0) return nullptr;
  if (due_.size() >= options_.most && !due_.contains(uid)) {
    ++stats_.crowded;  // told with their next change, or when somebody asks again
    return nullptr;
  }
  return &due_.try_emplace(uid, otherwise).first->second;
}

/// Their turn comes once more, unless an event of theirs came meanwhile, which knows better. However many are kept in
/// mind: they were among them, and whoever took their place since then is at most one round more.
void PresenceTeller::again(const Turn& turn, TimePoint at) {
  const std::lock_guard lock(mutex_);
  due_.try_emplace(turn.uid, Due{at, turn.gone});
}

std::vector<PresenceTeller::Turn> PresenceTeller::take_due(TimePoint now) {
  std::vector<Turn> turns;
  const std::lock_guard lock(mutex_);
  if (running_) return turns;
  for (auto one = due_.begin(); one != due_.end() && turns.size() < options_.round;) {
    const bool is_due = one->second.at <= now;
    if (is_due) turns.push_back({one->first, one->second.gone});
    one = is_due ? due_.erase(one) : std::next(one);
  }
  running_ = !turns.empty();
  return turns;
}

void PresenceTeller::tick(TimePoint now) {
  const std::vector<Turn> turns = take_due(now);
  if (turns.empty()) return;
  const auto posted = uses_.pool.post([this, now, turns] { tell(now, turns); });
  if (posted.ok()) return;
  for (const Turn& turn : turns) again(turn, now + options_.gather);
  const std::lock_guard lock(mutex_);
  running_ = false;
}

void PresenceTeller::tell(TimePoint now, const std::vector<Turn>& turns) {
  const Status status = tell_round(now, turns);
  const TimePoint end = monotonic_now();
  if (!status.ok())
    for (const Turn& turn : turns) again(turn, end + options_.away);
  std::uint64_t times = 0;
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    if (!status.ok()) times = failing_.tell(end);
  }
  if (status.ok()) return;
  ++stats_.failed;
  if (times > 0)
    log::warn("changes of presence could not be told; tried again",
              {{"why", status.error().message}, {"times", times}});
}

/// Nobody can say where they are, or they have just gone: their turn comes again.
bool PresenceTeller::waits(const Turn& turn, TimePoint now, const Whereabouts& where, const PresenceRow& row) {
  if (where.unknown.contains(turn.uid)) {
    again(turn, monotonic_now() + options_.away);
    return true;
  }
  if (where.online.contains(turn.uid) || row.mood == Mood::kInvisible) return false;
  const TimePoint since = turn.gone.value_or(now);
  if (since + options_.away <= now) return false;
  again({turn.uid, since}, since + options_.away);
  return true;
}

Status PresenceTeller::tell_round(TimePoint now, const std::vector<Turn>& turns) {
  std::vector<Uid> uids;
  for (const Turn& turn : turns) uids.push_back(turn.uid);
  const auto where = whereabouts_of(uses_.directory, uids);
  if (!where.ok()) return where.error();
  auto rows = uses_.store.rows(uids);
  if (!rows.ok()) return rows.error();
  const auto watchers = waited<WatcherTable::Watchers>([&](auto done) { uses_.watchers.list(uids, std::move(done)); });
  if (!watchers.ok()) return watchers.error();
  std::vector<Uid> gone;
  std::vector<std::pair<std::vector<Uid>, boost::json::object>> news;
  const std::int64_t now_ms = unix_ms();
  for (const Turn& turn : turns) {
    const Uid uid = turn.uid;
    const auto found = rows.value().find(uid);
    if (found == rows.value().end()) continue;
    PresenceRow& row = found->second;
    if (waits(turn, now, where.value(), row)) continue;
    const bool online = where.value().online.contains(uid);
    const bool leaves = !online && row.mood != Mood::kInvisible;
    if (!is_news(uid, presence_json(uid, leaves ? PresenceRow{} : row, online))) continue;
    if (leaves) {
      row.last_seen_ms = now_ms;
      gone.push_back(uid);
    }
    const auto told = watchers.value().find(uid);
    if (told == watchers.value().end() || told->second.empty()) continue;
    boost::json::object event = presence_json(uid, row, online);
    event["cmd"] = "presence";
    news.emplace_back(told->second, std::move(event));
  }
  uses_.store.seen(gone, now_ms);  // before it is told: who asks then finds it
  for (const auto& [to, event] : news) uses_.tell(to, {event, LiveKind::kTyping});
  stats_.told += news.size();
  return Ok{};
}

bool PresenceTeller::is_news(Uid uid, const boost::json::object& shown) {
  std::string text = boost::json::serialize(shown);
  const std::lock_guard lock(mutex_);
  const auto known = told_.find(uid);
  if (known != told_.end() && known->second == text) {
    ++stats_.same;
    return false;
  }
  if (told_.size() >= options_.most) told_.clear();
  told_[uid] = std::move(text);
  return true;
}

}  // namespace im::logic
