#include "logic/calls/call_delivery.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include "common/base/fault.hpp"
#include "logic/calls/call_event.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/routers/session_convert.hpp"

namespace im::logic {

namespace {

namespace pb = im::calls;

/// Nobody knows whether it arrived, or it may arrive later. A page that counts as lost is never heard again, so only
/// its comet's word counts: that it has no such connection.
bool unsure(const Error& error, const pb::Device& route) {
  return !route.page().empty() || error.code == Error::Code::kOverloaded || error.code == Error::Code::kTimeout;
}

}  // namespace

/// The events of one answer; what came of them is told once, when the last one is known.
struct CallDelivery::Batch {
  CallTable& calls;
  pb::SettleRequest settled;
  const bool ended;
  std::mutex mutex;

  Batch(CallTable& table, bool of_an_end) : calls(table), ended(of_an_end) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    if (ended) fault::fire("calls.end_told");
    if (settled.events_size() > 0) calls.settle(std::move(settled));
  }
  void settle(const pb::Event& event, bool arrived) {
    const std::lock_guard lock(mutex);
    auto& one = *settled.add_events();
    one.set_number(event.number());
    one.set_arrived(arrived);
    if (event.has_route()) *one.mutable_route() = event.route();
  }
};

void CallDelivery::deliver(const pb::Record& record, const google::protobuf::RepeatedPtrField<pb::Event>& events) {
  if (events.empty()) return;
  const auto batch = std::make_shared<Batch>(calls_, record.state() == call_event::kStateEnded);
  batch->settled.set_call(record.id());
  for (const pb::Event& event : events) {
    std::string json = call_event_json(event, record);
    if (event.to_party() != 0) {
      to_party(batch, event, std::move(json));
    } else {
      to_user(batch, event, std::move(json));
    }
  }
}

void CallDelivery::to_party(const std::shared_ptr<Batch>& batch, const pb::Event& event, std::string json) {
  if (event.route().conn() == 0) return batch->settle(event, false);
  PushSpec spec(kEventOp);
  spec.facts.kind = PushClass::kEvent;
  gateway_.deliver(comet_of(event.route().comet()), {ConnId(event.route().conn())}, encode(spec, std::move(json)),
                   [this, batch, event](const Result<std::int32_t>& reached) {
                     if (!reached.ok() && unsure(reached.error(), event.route())) {
                       ++stats_.unsure;
                       return;
                     }
                     const bool arrived = reached.ok() && reached.value() > 0;
                     ++(arrived ? stats_.sent : stats_.lost);
                     batch->settle(event, arrived);
                   });
}

/// Nobody there is no error: who comes later is told when they say hello.
void CallDelivery::to_user(const std::shared_ptr<Batch>& batch, const pb::Event& event, std::string json) {
  ClientEvent out;
  out.json = std::move(json);
  if (!event.except_key().empty()) out.except.keys = {event.except_key()};
  users_.to_user(Uid(event.uid()), std::move(out), [this, batch, event](const Result<std::int32_t>& reached) {
    if (!reached.ok()) {
      ++stats_.unsure;
      return;
    }
    ++stats_.sent;
    batch->settle(event, true);
  });
}

}  // namespace im::logic
