#include "logic/push/push_service.hpp"

#include <algorithm>

#include "common/base/fault.hpp"
#include "common/base/when_all.hpp"

namespace im::logic {

namespace {

enum class Target { kQueued, kOffline, kUnknown };

/// One more target of a push; `push`: what goes out for it.
void note(PushReach* reach, Target target, const QueuedPush& push) {
  if (reach == nullptr) return;
  ++(target == Target::kQueued ? reach->queued : target == Target::kOffline ? reach->offline : reach->unknown);
  std::size_t sessions = reach->sessions.value_or(0);
  for (const auto& to : push.targets) {
    sessions += to.conns.size();
    if (std::ranges::find(reach->comets, to.comet) == reach->comets.end()) reach->comets.push_back(to.comet);
  }
  if (push.scope == PushScope::kSessions) reach->sessions = static_cast<std::uint32_t>(sessions);
}

}  // namespace

template <class Make>
void PushService::locate(LocateAsk ask, Done done, Make make) {
  ++stats_.accepted;
  directory_.locate(std::move(ask),
                    [this, done = std::move(done), make = std::move(make)](const Result<LocateAnswer>& answer) mutable {
                      if (!answer.ok()) {
                        ++stats_.failed;
                        done(answer.error());
                        return;
                      }
                      if (!answer.value().complete && !answer.value().nodes_known && !known_nodes_()) {
                        ++stats_.failed;
                        done(Error{Error::Code::kUnavailable, "no router knows all comets yet, nor does this logic"});
                        return;
                      }
                      send(make(answer.value()), std::move(done));
                    });
}

void PushService::send(std::vector<QueuedPush> pushes, Done done) {
  WhenAll<> all(std::move(done));
  for (QueuedPush& push : pushes) {
    queue_.push(std::move(push), [this, settle = all.part()](const Status& status) {
      ++(status.ok() ? stats_.acked : stats_.failed);
      settle(status);
    });
  }
}

QueuedPush PushService::to_sessions(const Content& content, const std::vector<SessionInfo>& sessions) {
  QueuedPush push;
  push.content = content.bytes;
  push.order_key = content.order_key;
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

void PushService::to_keys(PushSpec spec, std::vector<std::string> keys, std::string body, Done done) {
  LocateAsk ask;
  ask.keys = keys;
  locate(std::move(ask), std::move(done),
         [this, content = content_of(spec, std::move(body)), keys = std::move(keys)](const LocateAnswer& answer) {
           std::vector<QueuedPush> pushes;
           for (std::size_t i = 0; i < keys.size(); ++i) {
             const auto& sessions = answer.by_key[i];
             if (sessions.empty() && !answer.unknown_key(i)) {
               ++stats_.offline;
               note(content.reach.get(), Target::kOffline, {});
               continue;
             }
             QueuedPush push = to_sessions(content, sessions);
             // What the caller named, not what was found: a router that is unsure must not change the partition.
             if (push.order_key.empty()) push.order_key = keys[i];
             if (answer.unknown_key(i)) {
               ++stats_.unlocated;
               push.targets = everywhere(answer);
               if (!fault::fire("logic.no_lookup_keys")) push.lookup_keys = {keys[i]};
             }
             note(content.reach.get(), answer.unknown_key(i) ? Target::kUnknown : Target::kQueued, push);
             if (!push.targets.empty()) pushes.push_back(std::move(push));
           }
           return pushes;
         });
}

void PushService::to_users(PushSpec spec, std::vector<std::int64_t> uids, std::string body, Done done) {
  LocateAsk ask;
  ask.uids = uids;
  locate(std::move(ask), std::move(done),
         [this, content = content_of(spec, std::move(body)), uids = std::move(uids)](const LocateAnswer& answer) {
           std::vector<QueuedPush> pushes;
           for (std::size_t i = 0; i < uids.size(); ++i) {
             const auto& sessions = answer.by_uid[i];
             if (uids[i] <= 0 || (sessions.empty() && !answer.unknown_uid(i))) {
               ++stats_.offline;
               note(content.reach.get(), Target::kOffline, {});
               continue;
             }
             QueuedPush push = to_sessions(content, sessions);
             if (push.order_key.empty()) push.order_key = std::to_string(uids[i]);
             if (answer.unknown_uid(i)) {
               // Some of the user's devices may be known and others not: every comet looks for itself.
               ++stats_.unlocated;
               push.targets = everywhere(answer);
               push.lookup_uids = {Uid(uids[i])};
             }
             note(content.reach.get(), answer.unknown_uid(i) ? Target::kUnknown : Target::kQueued, push);
             if (!push.targets.empty()) pushes.push_back(std::move(push));
           }
           return pushes;
         });
}

void PushService::to_userless(PushSpec spec, std::string body, Done done) {
  LocateAsk ask;
  ask.nodes = true;
  if (spec.order_key.empty()) spec.order_key.assign(1, '0');
  locate(std::move(ask), std::move(done),
         [this, content = content_of(spec, std::move(body))](const LocateAnswer& answer) {
           QueuedPush push = to_sessions(content, {});
           push.targets = everywhere(answer);
           push.lookup_uids = {Uid()};
           return unless_nowhere(std::move(push), content);
         });
}

void PushService::to_room(PushSpec spec, std::string room, std::string body, Done done) {
  LocateAsk ask;
  ask.rooms = {room};
  locate(std::move(ask), std::move(done),
         [this, content = content_of(spec, std::move(body)), room = std::move(room)](const LocateAnswer& answer) {
           QueuedPush push = to_sessions(content, {});
           push.scope = PushScope::kRoom;
           push.room = room;
           if (push.order_key.empty()) push.order_key = room;
           if (!answer.unknown_room(0)) {
             for (const CometInstance& comet : answer.by_room.front()) push.targets.push_back({comet, {}});
           } else {
             ++stats_.unlocated;
             push.targets = everywhere(answer);
           }
           return unless_nowhere(std::move(push), content, answer.unknown_room(0));
         });
}

void PushService::to_all(PushSpec spec, std::int32_t speed, std::string body, Done done) {
  LocateAsk ask;
  ask.nodes = true;
  if (spec.order_key.empty()) spec.order_key = std::to_string(spec.operation);
  locate(std::move(ask), std::move(done),
         [this, content = content_of(spec, std::move(body)), speed](const LocateAnswer& answer) {
           QueuedPush push = to_sessions(content, {});
           push.scope = PushScope::kAll;
           push.speed = speed;
           push.targets = everywhere(answer);
           if (push.targets.size() > 1 && fault::fire("logic.one_comet_only")) push.targets.resize(1);
           return unless_nowhere(std::move(push), content);
         });
}

std::vector<QueuedPush> PushService::unless_nowhere(QueuedPush push, const Content& content, bool unsure) {
  std::vector<QueuedPush> pushes;
  const Target target = push.targets.empty() ? Target::kOffline : unsure ? Target::kUnknown : Target::kQueued;
  note(content.reach.get(), target, push);
  if (push.targets.empty()) {
    ++stats_.offline;
  } else {
    pushes.push_back(std::move(push));
  }
  return pushes;
}

}  // namespace im::logic
