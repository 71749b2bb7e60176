#pragma once

#include <chrono>

#include "common/base/blocking_pool.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/routers/shared_table.hpp"
#include "logic/webim/bridge.hpp"
#include "logic/webim/lobby.hpp"
#include "logic/webim/lobby_voice.hpp"
#include "logic/webim/page_calls.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// What an old page may ask (docs/webim.md): getOnline, getHistory, message.
class PageCommands {
 public:
  struct Uses {
    People& people;
    Lobby& lobby;
    LobbyVoice& voice;
    Bridge& bridge;
    PageCalls& calls;
    SharedTable& shared;
    BlockingPool& pool;
  };
  /// `gap`: between two messages of a page.
  PageCommands(Uses uses, std::chrono::milliseconds gap) : uses_(uses), gap_(gap) {}
  void add_requests(RequestRouter& router);

 private:
  void online(const Reply& reply);
  void history(const Reply& reply);
  void message(const Caller& caller, const boost::json::object& message, const Reply& reply);
  void send(const Caller& caller, boost::json::object message, const Reply& reply);
  void refuse(const Caller& caller, Failure why, const Reply& reply);
  Result<Person> sender_of(const Caller& caller);
  void whisper(const Caller& caller, const boost::json::object& message, const Reply& reply);
  void bridge(const Caller& caller, Uid to, const boost::json::object& message, const Reply& reply);

  const Uses uses_;
  const std::chrono::milliseconds gap_;
};

}  // namespace im::logic::webim
