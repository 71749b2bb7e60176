#include "logic/chat_events/chat_sink.hpp"

#include <algorithm>
#include <memory>

#include <boost/json/serialize.hpp>

#include "common/base/fault.hpp"
#include "common/base/log.hpp"
#include "logic/chat/attachment.hpp"
#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

std::size_t cost_of(const store::Message& row) { return sizeof(row) + row.body.size() + row.mentions.size(); }

/// `reader`: the sender, who is told the client_msg_id, or nobody.
/// `words`: null, or what an old page is told.
std::string event_of(const store::Message& row, const std::string& epoch, Uid reader, const json::value& words = {}) {
  json::object event{{"cmd", row.kind == store::RowKind::kMessage ? "msg.new" : "msg.changed"}, {"epoch", epoch}};
  for (const auto& member : message_json(row, reader)) event.insert(member);
  if (!words.is_null()) event["webim"] = words;
  return json::serialize(event);
}

/// The last of its parts settles it; an error wins.
struct Parts {
  std::mutex mutex;
  int open = 0;
  Status result = Ok{};
  std::function<void(const Status&)> done;

  void settle(const Status& status) {
    {
      const std::lock_guard lock(mutex);
      if (!status.ok()) result = status;
      if (--open > 0) return;
    }
    done(result);
  }
};

}  // namespace

void ChatSink::start(Ways ways) {
  const std::lock_guard lock(mutex_);
  ways_ = std::move(ways);
  running_ = true;
  thread_ = std::thread([this] { loop(); });
}

void ChatSink::stop() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  std::unique_lock lock(mutex_);
  // A push ends with its deadlines (router.deadline, kafka.delivery_timeout).
  wake_.wait(lock, [this] { return open_ == 0; });
}

bool ChatSink::busy() const {
  const std::lock_guard lock(mutex_);
  return open_ > 0 || !waiting_.empty();
}

void ChatSink::take(const std::vector<store::Outgoing>& rows) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [kind, row] : rows) {
      if (!has_room_for(row)) continue;
      rows_.add({row.conv, row.seq});
      put(row);
    }
  }
  wake_.notify_all();
}

void ChatSink::take_again(const std::vector<store::Outgoing>& rows) {
  std::vector<store::SentMark> sent;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [kind, row] : rows) {
      if (!has_room_for(row)) continue;
      const store::SentMark mark{row.conv, row.seq};
      const auto again = rows_.again(mark);
      if (again == RowsInHand::Again::kTake) {
        put(row);
        continue;
      }
      ++stats_.in_hand;
      if (again == RowsInHand::Again::kSent) sent.push_back(mark);
    }
  }
  wake_.notify_all();
  for (const store::SentMark& mark : sent) ways_.sent(mark);
}

bool ChatSink::has_room_for(const store::Message& row) {
  if (running_ && waiting_bytes_ + cost_of(row) <= kMaxWaiting) return true;
  ++stats_.crowded;
  return false;
}

void ChatSink::put(const store::Message& row) {
  waiting_bytes_ += cost_of(row);
  waiting_.push_back(row);
}

void ChatSink::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return !running_ || (!waiting_.empty() && open_ < kMaxOpen); });
    if (!running_) return;
    store::Message row = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= cost_of(row);
    ++open_;
    lock.unlock();
    send(row);
    lock.lock();
  }
}

void ChatSink::send(const store::Message& row) {
  const store::SentMark mark{row.conv, row.seq};
  const auto done = [this, mark](const Status& status) { settle(mark, status); };
  if (ways_.elsewhere && ways_.elsewhere(row, done)) return;
  if (!ways_.room_way) return send_by_session(row);
  auto way = ways_.room_way(row);
  if (!way.ok()) return settle(mark, way.error());
  if (way.value().use) return send_to_room(row, std::move(way).value());
  send_by_session(row);
}

/// Everybody gets the same: who has the row by its answer too, or comes twice to it, knows it by its number.
void ChatSink::send_to_room(const store::Message& row, RoomWay way) {
  const store::SentMark mark{row.conv, row.seq};
  Result<std::vector<Uid>> members = std::vector<Uid>();
  if (ways_.offline) members = ways_.members(row.conv, row.seq);
  if (!members.ok()) return settle(mark, members.error());
  const auto parts = std::make_shared<Parts>();
  parts->open = 2 + static_cast<int>(!way.also.empty()) + static_cast<int>(bool(ways_.offline));
  parts->done = [this, mark](const Status& status) { settle(mark, status); };
  const auto settle_part = [parts](const Status& status) { parts->settle(status); };
  const Event event{event_of(row, ways_.epoch(), Uid()), row.origin};
  ways_.push_room(row.conv, event, settle_part);
  if (!way.also.empty()) ways_.push(std::move(way.also), event, settle_part);
  if (ways_.offline) ways_.offline(row, members.value(), settle_part);
  parts->settle(Ok{});
}

void ChatSink::send_by_session(const store::Message& row) {
  const store::SentMark mark{row.conv, row.seq};
  const auto done = [this, mark](const Status& status) { settle(mark, status); };
  const auto members = ways_.members(row.conv, row.seq);
  if (!members.ok()) return settle(mark, members.error());
  std::vector<std::int64_t> others;
  bool carbon = false;
  for (const Uid uid : members.value()) {
    carbon = carbon || uid == row.sender;
    if (uid != row.sender && uid != row.hidden_from) others.push_back(uid.value());
  }
  if (others.size() > 1 && fault::fire("chat.skips_member")) others.pop_back();
  const auto parts = std::make_shared<Parts>();
  parts->open =
      1 + static_cast<int>(carbon) + static_cast<int>(!others.empty()) + static_cast<int>(bool(ways_.offline));
  parts->done = done;
  const auto settle_part = [parts](const Status& status) { parts->settle(status); };
  json::value words;
  if (ways_.page_words && others.size() == 1 && row.kind == store::RowKind::kMessage && chat::names_media(row.type))
    words = ways_.page_words(row, Uid(others.front()));
  if (!others.empty())
    ways_.push(std::move(others), {event_of(row, ways_.epoch(), Uid(), words), std::nullopt}, settle_part);
  if (carbon) ways_.push({row.sender.value()}, {event_of(row, ways_.epoch(), row.sender), row.origin}, settle_part);
  if (ways_.offline) ways_.offline(row, members.value(), settle_part);
  parts->settle(Ok{});
}

void ChatSink::settle(store::SentMark mark, const Status& status) {
  ++(status.ok() ? stats_.sent : stats_.failed);
  if (status.ok()) ways_.sent(mark);
  std::uint64_t times = 0;
  const std::lock_guard lock(mutex_);
  rows_.leave(mark, status.ok());
  if (!status.ok()) times = told_.tell(monotonic_now());
  if (times > 0)
    log::warn("messages could not be pushed; the relay brings them again",
              {{"why", status.error().message}, {"times", times}});
  --open_;
  wake_.notify_all();  // under the lock: stop() may end this object right after
}

}  // namespace im::logic
