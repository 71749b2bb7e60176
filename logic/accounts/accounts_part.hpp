#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/accounts/account_requests.hpp"
#include "logic/accounts/account_service.hpp"
#include "logic/accounts/accounts_config.hpp"
#include "logic/accounts/session_ends.hpp"
#include "logic/accounts/sql_account_store.hpp"
#include "logic/identity/identity_part.hpp"
#include "logic/part.hpp"
#include "logic/store/store_part.hpp"

namespace im::logic {

/// Users of this cluster's own: identity `accounts`.
class AccountsPart final : public Part {
 public:
  AccountsPart(const AccountsConfig& config, StorePart& store, IdentityPart& identity, SessionEnds::Kick kick,
               AccountRequests::NameGate names);
  ~AccountsPart() override { pool_.stop(); }

  void add_requests(RequestRouter& router) override { requests_.add(router); }
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override { ends_.tick(now); }
  /// After the doors: what they took is answered first.
  void stop() override { pool_.stop(); }

 private:
  SqlAccountStore store_;
  BlockingPool pool_;
  AccountService accounts_;
  SessionEnds ends_;
  AccountRequests requests_;
};

}  // namespace im::logic
