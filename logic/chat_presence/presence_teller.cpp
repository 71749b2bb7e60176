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
      if (user->count > 0) mark(user->uid, now + options_.gather);
      if (user->count == 0) put_off(user->uid, now + options_.away);
    }
  done();
}

void PresenceTeller::mark(Uid uid, TimePoint due) {
  const std::lock_guard lock(mutex_);
  if (TimePoint* known = due_of(uid, due)) *known = std::min(*known, due);
}

/// Whatever was due before: who went within the moment that a change waits was not gone for long enough.
void PresenceTeller::put_off(Uid uid, TimePoint due) {
  const std::lock_guard lock(mutex_);
  if (TimePoint* known = due_of(uid, due)) *known = due;
}

/// Under the lock.
TimePoint* PresenceTeller::due_of(Uid uid, TimePoint otherwise) {
  if (uid.value() <= 0) return nullptr;
  if (due_.size() >= options_.most && !due_.contains(uid)) {
    ++stats_.crowded;  // told with their next change, or when somebody asks again
    return nullptr;
  }
  return &due_.try_emplace(uid, otherwise).first->second;
}

std::vector<Uid> PresenceTeller::take_due(TimePoint now) {
  std::vector<Uid> uids;
  const std::lock_guard lock(mutex_);
  if (running_) return uids;
  for (auto one = due_.begin(); one != due_.end() && uids.size() < options_.round;) {
    const bool is_due = one->second <= now;
    if (is_due) uids.push_back(one->first);
    one = is_due ? due_.erase(one) : std::next(one);
  }
  running_ = !uids.empty();
  return uids;
}

void PresenceTeller::tick(TimePoint now) {
  const std::vector<Uid> uids = take_due(now);
  if (uids.empty()) return;
  const auto posted = uses_.pool.post([this, uids] { tell(uids); });
  if (posted.ok()) return;
  const std::lock_guard lock(mutex_);
  running_ = false;
  for (const Uid uid : uids) due_.try_emplace(uid, now + options_.gather);
}

void PresenceTeller::tell(const std::vector<Uid>& uids) {
  const Status status = tell_round(uids);
  std::uint64_t times = 0;
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    if (!status.ok()) {
      const TimePoint now = monotonic_now();
      times = failing_.tell(now);
      for (const Uid uid : uids) due_.try_emplace(uid, now + options_.away);
    }
  }
  if (status.ok()) return;
  ++stats_.failed;
  if (times > 0)
    log::warn("changes of presence could not be told; tried again",
              {{"why", status.error().message}, {"times", times}});
}

Status PresenceTeller::tell_round(const std::vector<Uid>& uids) {
  const auto where = whereabouts_of(uses_.directory, uids);
  if (!where.ok()) return where.error();
  auto rows = uses_.store.rows(uids);
  if (!rows.ok()) return rows.error();
  const auto watchers = waited<WatcherTable::Watchers>([&](auto done) { uses_.watchers.list(uids, std::move(done)); });
  if (!watchers.ok()) return watchers.error();
  std::vector<Uid> gone;
  std::vector<std::pair<std::vector<Uid>, boost::json::object>> news;
  const std::int64_t now_ms = unix_ms();
  for (auto& [uid, row] : rows.value()) {
    if (where.value().unknown.contains(uid)) {
      mark(uid, monotonic_now() + options_.away);
      continue;
    }
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
