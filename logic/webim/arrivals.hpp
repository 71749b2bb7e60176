#pragma once

#include "logic/webim/lobby_voice.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// Tells those in the lobby who came, and notes that they have heard it. A logic that dies in between leaves it to the
/// next one to tell, and comets leave it out (decision 65). Blocking; any thread but one of an io_context.
class Arrivals {
 public:
  Arrivals(People& people, LobbyVoice& voice) : people_(people), voice_(voice) {}

  /// False: all have heard of them already, or they are in no lobby.
  Result<bool> tell(Uid uid);

 private:
  People& people_;
  LobbyVoice& voice_;
};

}  // namespace im::logic::webim
