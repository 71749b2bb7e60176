#include "logic/identity/token_check.hpp"

#include <memory>

namespace im::logic {

void TokenCheck::who(AuthAsk ask, std::function<void(Result<Identity>)> done) {
  authenticator_.identify(std::move(ask), [this, done = std::move(done)](Result<Identity> identity) {
    if (!identity.ok() || revocations_ == nullptr || !identity.value().revocable) return done(std::move(identity));
    const auto who = std::make_shared<Identity>(std::move(identity).value());
    revocations_->check(*who, [who, done](const Status& status) {
      if (!status.ok()) return done(status.error());
      done(std::move(*who));
    });
  });
}

}  // namespace im::logic
