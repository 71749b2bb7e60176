#pragma once

#include <vector>

#include "logic/push/push_queue.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Two comets of every test.
inline constexpr CometInstance kOne{CometNumber(1), InstanceEpoch(10)};
inline constexpr CometInstance kTwo{CometNumber(2), InstanceEpoch(20)};

/// Writes down every call; the test answers when it likes.
class FakeSessions final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    locates.emplace_back(std::move(ask), std::move(done));
  }
  void bind(SessionInfo session, Done<BindAnswer> done) override {
    binds.emplace_back(std::move(session), std::move(done));
  }
  void unbind(std::vector<SessionEnd> sessions, Done<std::int32_t> done) override {
    unbinds.emplace_back(std::move(sessions), std::move(done));
  }
  void take_back(SessionEnd session) override { taken_back.push_back(std::move(session)); }
  void online(OnlineAsk, Done<OnlineAnswer> done) override { done(OnlineAnswer{}); }

  std::vector<SessionEnd> taken_back;
  std::vector<std::pair<LocateAsk, Done<LocateAnswer>>> locates;
  std::vector<std::pair<SessionInfo, Done<BindAnswer>>> binds;
  std::vector<std::pair<std::vector<SessionEnd>, Done<std::int32_t>>> unbinds;
};

class FakeQueue final : public PushQueue {
 public:
  void push(QueuedPush push, Done done) override { pushes.emplace_back(std::move(push), std::move(done)); }
  std::vector<std::pair<QueuedPush, Done>> pushes;
};

}  // namespace im::logic
