#pragma once

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// Lets old pages in: each is a guest, a user of its own with the name that the page gives. A page of the room demo
/// says so and comes into no lobby.
class PageLogin final : public Authenticator {
 public:
  PageLogin(People& people, BlockingPool& pool) : people_(people), pool_(pool) {}
  void identify(AuthAsk ask, Done done) override;

 private:
  void to_lobby(const boost::json::object& login, bool poll, Done done);
  void to_rooms(Done done);

  People& people_;
  BlockingPool& pool_;
};

}  // namespace im::logic::webim
