#include "logic/push/push_service.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

namespace im::logic {

namespace {

/// Calls `done` when the last of several records is settled; the first error wins.
struct Together {
  std::mutex mutex;
  std::size_t open = 0;
  Status result = Ok{};
  PushService::Done done;

  void settle(const Status& status) {
    PushService::Done last;
    {
      const std::lock_guard lock(mutex);
      if (!status.ok() && result.ok()) result = status;
      if (--open == 0) last = std::move(done);
    }
    if (last) last(result);
  }
};

}  // namespace

template <class Make>
void PushService::locate(LocateAsk ask, Done done, Make make) {
  ++stats_.accepted;
  directory_.locate(std::move(ask), [this, done = std::move(done),
                                     make = std::move(make)](const Result<LocateAnswer>& answer) mutable {
    if (!answer.ok()) {
      ++stats_.failed;
      done(answer.error());
      return;
    }
    if (!answer.value().complete && !answer.value().nodes_known && !known_nodes_()) {
      ++stats_.failed;
      done(Error{Error::Code::kUnavailable, "no router answers, and this logic does not know the comets"});
      return;
    }
    send(make(answer.value()), std::move(done));
  });
}

void PushService::send(std::vector<QueuedPush> pushes, Done done) {
  if (pushes.empty()) {
    done(Ok{});
    return;
  }
  auto together = std::make_shared<Together>();
  together->open = pushes.size();
  together->done = std::move(done);
  for (QueuedPush& push : pushes) {
    queue_.push(std::move(push), [this, together](const Status& status) {
      ++(status.ok() ? stats_.acked : stats_.failed);
      together->settle(status);
    });
  }
}

QueuedPush PushService::to_sessions(PushOp operation, const std::string& body,
                                    const std::vector<SessionInfo>& sessions) const {
  QueuedPush push;
  push.operation = operation.number;
  push.ignore_filter = operation.ignore_filter;
  push.body = body;
  for (const SessionInfo& session : sessions) {
    const auto same = std::find_if(push.targets.begin(), push.targets.end(),
                                   [&](const auto& target) { return target.comet == session.comet; });
    auto& target =
        same != push.targets.end() ? *same : push.targets.emplace_back(QueuedPush::Target{session.comet, {}});
    target.conns.push_back(session.conn);
  }
  return push;
}

std::vector<QueuedPush::Target> PushService::everywhere(const LocateAnswer& answer) const {
  std::vector<QueuedPush::Target> targets;
  const auto add = [&](const std::vector<CometInstance>& comets) {
    for (const CometInstance& comet : comets) {
      const bool known =
          std::any_of(targets.begin(), targets.end(), [&](const auto& target) { return target.comet == comet; });
      if (!known) targets.push_back({comet, {}});
    }
  };
  add(answer.nodes);
  if (answer.complete) return targets;
  if (const auto known = known_nodes_()) add(*known);
  return targets;
}

void PushService::to_keys(PushOp operation, std::vector<std::string> keys, std::string body, Done done) {
  LocateAsk ask;
  ask.keys = keys;
  locate(std::move(ask), std::move(done),
         [this, operation, keys = std::move(keys), body = std::move(body)](const LocateAnswer& answer) {
           std::vector<QueuedPush> pushes;
           for (std::size_t i = 0; i < keys.size(); ++i) {
             const auto& sessions = answer.by_key[i];
             if (sessions.empty() && !answer.unknown_key(i)) {
               ++stats_.offline;
               continue;
             }
             QueuedPush push = to_sessions(operation, body, sessions);
             // A session's pushes by key and by user share a partition, so they keep their order among each other.
             const bool user = !sessions.empty() && sessions.front().uid.value() > 0;
             push.partition_key = user ? std::to_string(sessions.front().uid.value()) : keys[i];
             if (answer.unknown_key(i)) {
               ++stats_.unlocated;
               push.targets = everywhere(answer);
               push.lookup_keys = {keys[i]};
             }
             if (!push.targets.empty()) pushes.push_back(std::move(push));
           }
           return pushes;
         });
}

void PushService::to_users(PushOp operation, std::vector<std::int64_t> uids, std::string body, Done done) {
  LocateAsk ask;
  ask.uids = uids;
  locate(std::move(ask), std::move(done),
         [this, operation, uids = std::move(uids), body = std::move(body)](const LocateAnswer& answer) {
           std::vector<QueuedPush> pushes;
           for (std::size_t i = 0; i < uids.size(); ++i) {
             const auto& sessions = answer.by_uid[i];
             if (uids[i] <= 0 || (sessions.empty() && !answer.unknown_uid(i))) {
               ++stats_.offline;
               continue;
             }
             QueuedPush push = to_sessions(operation, body, sessions);
             push.partition_key = std::to_string(uids[i]);
             if (answer.unknown_uid(i)) {
               // Some of the user's devices may be known and others not: every comet looks for itself.
               ++stats_.unlocated;
               push.targets = everywhere(answer);
               push.lookup_uids = {uids[i]};
             }
             if (!push.targets.empty()) pushes.push_back(std::move(push));
           }
           return pushes;
         });
}

void PushService::to_room(PushOp operation, std::string room, std::string body, Done done) {
  LocateAsk ask;
  ask.rooms = {room};
  locate(std::move(ask), std::move(done),
         [this, operation, room = std::move(room), body = std::move(body)](const LocateAnswer& answer) {
           QueuedPush push;
           push.scope = QueuedPush::Scope::kRoom;
           push.operation = operation.number;
           push.ignore_filter = operation.ignore_filter;
           push.body = body;
           push.room = push.partition_key = room;
           if (!answer.unknown_room(0)) {
             for (const CometInstance& comet : answer.by_room.front()) push.targets.push_back({comet, {}});
           } else {
             ++stats_.unlocated;
             push.targets = everywhere(answer);
           }
           std::vector<QueuedPush> pushes;
           if (push.targets.empty()) {
             ++stats_.offline;
           } else {
             pushes.push_back(std::move(push));
           }
           return pushes;
         });
}

void PushService::to_all(PushOp operation, std::int32_t speed, std::string body, Done done) {
  LocateAsk ask;
  ask.nodes = true;
  locate(std::move(ask), std::move(done), [this, operation, speed, body = std::move(body)](const LocateAnswer& answer) {
    QueuedPush push;
    push.scope = QueuedPush::Scope::kAll;
    push.operation = operation.number;
    push.ignore_filter = operation.ignore_filter;
    push.body = body;
    push.speed = speed;
    push.partition_key = std::to_string(operation.number);
    push.targets = everywhere(answer);
    std::vector<QueuedPush> pushes;
    if (push.targets.empty()) {
      ++stats_.offline;
    } else {
      pushes.push_back(std::move(push));
    }
    return pushes;
  });
}

}  // namespace im::logic
