#pragma once

#include <functional>

#include "logic/identity/authenticator.hpp"
#include "logic/identity/revocations.hpp"

namespace im::logic {

/// Whose token is this, and does it still count? For calls that make no session. Any thread.
class TokenCheck {
 public:
  /// `revocations`: null with identity `open`.
  TokenCheck(Authenticator& authenticator, Revocations* revocations)
      : authenticator_(authenticator), revocations_(revocations) {}

  /// `done` once, on any thread. kInvalid or kDenied: it is not taken; anything else: could not be asked.
  void who(AuthAsk ask, std::function<void(Result<Identity>)> done);

 private:
  Authenticator& authenticator_;
  Revocations* revocations_;
};

}  // namespace im::logic
