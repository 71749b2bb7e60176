#pragma once

#include <functional>
#include <string>

#include <boost/json/object.hpp>

#include "logic/comets/user_events.hpp"
#include "logic/push/push_service.hpp"
#include "logic/routers/session_directory.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// Who heard a whisper.
enum class Heard { kNobody, kPage, kElsewhere };  ///< kElsewhere: they are online, with a newer client

/// Tells those in the lobby what happens there. To all: on the way of pushes, in one order. Any thread.
class LobbyVoice {
 public:
  LobbyVoice(PushService& push, SessionDirectory& directory, UserEvents& events, People& people)
      : push_(push), directory_(directory), events_(events), people_(people) {}

  /// To all but that person, and each once (decision 65); blocks until it is on its way.
  Status came(const Person& person);
  Status went(const Person& person);
  /// A row of the lobby, to all but its sender's page.
  void line(const store::Message& row, std::function<void(Status)> done);
  /// From page to page. kUnavailable: nobody can say where they are, or the way to them is broken.
  void whisper(Uid to, const boost::json::object& message, std::function<void(Result<Heard>)> done);

 private:
  void to_all(PushSpec spec, std::string event, Uid except, std::function<void(Status)> done);
  Status wait_for(const char* what, const Person& person, std::string event);

  PushService& push_;
  SessionDirectory& directory_;
  UserEvents& events_;
  People& people_;
};

}  // namespace im::logic::webim
