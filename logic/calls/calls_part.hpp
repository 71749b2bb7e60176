#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/calls/call_add.hpp"
#include "logic/calls/call_entries.hpp"
#include "logic/calls/call_pages.hpp"
#include "logic/calls/call_watch.hpp"
#include "logic/comets/comets_part.hpp"
#include "logic/events/events_part.hpp"
#include "logic/part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// Calls: commands of clients, events to them, the books. Their state is the routers'.
class CallsPart final : public Part {
 public:
  struct Uses {
    RoutersPart& routers;
    EventsPart& events;
    CometsPart& comets;
    store::Store& store;
    chat::ConversationService& conversations;
  };
  CallsPart(const CallsConfig& config, Uses uses);
  ~CallsPart() override { pool_.stop(); }

  /// A device that comes while it rings is told (after hello); one that rang and was away at the end, that it is over.
  void said_hello(const Caller& caller);

  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override;
  void stop() override { pool_.stop(); }

  /// For old pages, which have no requests of calls.
  CallPages& pages() { return pages_; }

 private:
  void tell_late(const Caller& caller, const im::calls::ApplyReply& call);

  const Uses uses_;
  BlockingPool pool_;
  IceServers ice_;
  std::unique_ptr<CallTable> calls_;
  CallDelivery delivery_;
  CallBusy busy_;
  CallAsker asker_;
  CallTargets targets_;
  CallEntries entries_;
  CallAdd add_;
  CallPages pages_;
  CallBook book_;
  CallWatch watch_;
};

}  // namespace im::logic
