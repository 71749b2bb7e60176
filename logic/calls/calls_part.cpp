#include "logic/calls/calls_part.hpp"

#include "common/daemon/metrics.hpp"
#include "logic/calls/call_commands.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/calls/call_late.hpp"

namespace im::logic {

namespace {

/// Rights and books are short reads and one write.
constexpr BlockingPool::Options kPool{.threads = 8, .max_waiting = 2048};
/// The comet knows of the hello when it has our answer.
constexpr std::chrono::milliseconds kAfterHello{150};

}  // namespace

CallsPart::CallsPart(const CallsConfig& config, Uses uses)
    : uses_(uses),
      pool_(kPool),
      ice_(config),
      calls_(make_grpc_call_table(uses.routers.calls())),
      delivery_(*calls_, uses.comets.gateway(), uses.comets.events()),
      busy_(*calls_, uses.routers.shared()),
      asker_(*calls_, delivery_, ice_, busy_),
      targets_(uses.store, uses.conversations),
      entries_({asker_, busy_, targets_, pool_}, config.pair_invites),
      add_({asker_, busy_, targets_, pool_}, entries_),
      pages_(entries_, asker_, busy_),
      book_(uses.store),
      watch_(*calls_, delivery_, book_, pool_) {
  uses.events.add(watch_);
}

void CallsPart::add_requests(RequestRouter& router) {
  entries_.add_requests(router);
  add_.add_requests(router);
  add_call_commands(router, asker_);
}

void CallsPart::said_hello(const Caller& caller) {
  if (caller.uid.value() <= 0) return;
  uses_.routers.calls().scheduler().post_after(kAfterHello, [this, caller] {
    busy_.newest(caller.uid, [this, caller](const im::calls::ApplyReply& call) { tell_late(caller, call); });
  });
}

void CallsPart::tell_late(const Caller& caller, const im::calls::ApplyReply& call) {
  const auto event = late_event(call, caller.uid, caller.key);
  if (!event) return;
  PushSpec spec(kEventOp);
  spec.facts.kind = PushClass::kEvent;
  uses_.comets.gateway().deliver(caller.comet, {caller.conn}, encode(spec, call_event_json(*event, call.record())),
                                 [](const Result<std::int32_t>&) {});
}

void CallsPart::tick(TimePoint) { ice_.tick(); }

void CallsPart::add_metrics(MetricsPage& page) const {
  const auto events = [&page](const char* outcome, std::uint64_t value) {
    page.counter("im_logic_call_events_total", "Events of calls to clients, by outcome.", static_cast<double>(value),
                 {{"outcome", outcome}});
  };
  events("sent", delivery_.stats().sent);
  events("lost", delivery_.stats().lost);
  events("unsure", delivery_.stats().unsure);
  page.counter("im_logic_calls_told_total", "Calls that a router told by itself.",
               static_cast<double>(watch_.stats().told));
  page.counter("im_logic_calls_logged_total", "Ended calls that were written into the books.",
               static_cast<double>(watch_.stats().logged));
  page.counter("im_logic_calls_log_failures_total", "Times that this failed; it is tried again.",
               static_cast<double>(watch_.stats().failed));
}

}  // namespace im::logic
