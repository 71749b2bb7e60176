#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/repeat.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// An event for clients: op 102 with `{"cmd":...}`, for sessions that said hello.
struct ClientEvent {
  std::string json;
  PushClass kind = PushClass::kEvent;  ///< kEphemeral: typing, presence
  PushExcept except;
};

/// Events past Kafka: worth something now or never (calls, typing, presence), or told again by sync. Each caller's
/// events for a user arrive in the order of the calls. Any thread.
class UserEvents {
 public:
  UserEvents(SessionDirectory& directory, CometGateway& gateway) : directory_(directory), gateway_(gateway) {}

  /// To every session of the user; how many took it. 0 is no error: nobody is there.
  void to_user(Uid uid, ClientEvent event, Reached done);
  /// To sessions that the caller has located.
  void to_sessions(const std::vector<SessionInfo>& sessions, ClientEvent event, Reached done);
  /// Events for users of whom no router could say where they are.
  std::uint64_t unlocated() const { return unlocated_; }

 private:
  void located(const Result<LocateAnswer>& answer, const EncodedPush& content, const Reached& done);
  void lose(const Error& why, const Reached& done);

  SessionDirectory& directory_;
  CometGateway& gateway_;
  std::atomic<std::uint64_t> unlocated_{0};
  std::mutex mutex_;
  Repeat told_;
};

}  // namespace im::logic
