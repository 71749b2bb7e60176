#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/webim/arrivals.hpp"
#include "logic/webim/lobby.hpp"
#include "logic/webim/lobby_voice.hpp"
#include "logic/webim/people.hpp"
#include "logic/webim/stay_check.hpp"

namespace im::logic::webim {

/// The lobby for users with newer clients (docs/webim.md): lobby.enter, lobby.leave, lobby.send, lobby.history.
class LobbyCommands {
 public:
  struct Uses {
    People& people;
    Lobby& lobby;
    LobbyVoice& voice;
    Arrivals& arrivals;
    CometGateway& comets;
    StayCheck& stays;
    BlockingPool& pool;
  };
  explicit LobbyCommands(Uses uses) : uses_(uses) {}
  void add_requests(RequestRouter& router);

 private:
  void enter(const Caller& caller, const Reply& reply);
  void leave(const Caller& caller, const Reply& reply);
  void send(const Caller& caller, const boost::json::object& fields, const Reply& reply);
  void history(const boost::json::object& fields, const Reply& reply);
  Result<boost::json::object> come_in(Uid uid, SessionEpoch session);
  Result<boost::json::object> go_out(Uid uid, SessionEpoch session);
  Status look_for(Uid uid);

  const Uses uses_;
};

}  // namespace im::logic::webim
