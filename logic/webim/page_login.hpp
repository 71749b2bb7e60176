#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/webim/people.hpp"

namespace im::logic::webim {

/// Lets old pages in: each is a guest, a user of its own with the name that the page gives.
class PageLogin final : public Authenticator {
 public:
  PageLogin(People& people, BlockingPool& pool) : people_(people), pool_(pool) {}
  void identify(AuthAsk ask, Done done) override;

 private:
  People& people_;
  BlockingPool& pool_;
};

}  // namespace im::logic::webim
