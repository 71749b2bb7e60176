#pragma once

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "logic/chat/text_gate.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// Lets old pages in: each is a guest, a user of its own with the name that the page gives. A page of the room demo
/// says so and comes into no lobby. A name that the moderation refuses comes nowhere (docs/hooks.md).
class PageLogin final : public Authenticator {
 public:
  PageLogin(People& people, BlockingPool& pool, const chat::TextGate& gate)
      : people_(people), pool_(pool), gate_(gate) {}
  void identify(AuthAsk ask, Done done) override;
  /// Nobody is told of the guest, nor that it went. One that stays all the same is gone when its grace is over.
  void not_let_in(const Identity& identity) override;

 private:
  void to_lobby(const boost::json::object& login, const AuthAsk& ask, Done done);
  void to_rooms(Done done);

  People& people_;
  BlockingPool& pool_;
  const chat::TextGate& gate_;
};

}  // namespace im::logic::webim
