#include "router/calls/calls_rpc.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/base/fault.hpp"
#include "im/calls.grpc.pb.h"
#include "router/calls/call_convert.hpp"
#include "router/calls/call_rebuild.hpp"

namespace im::router {

namespace {

namespace pb = im::calls;
using Reactor = grpc::ServerUnaryReactor;

constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxPayload = 64U << 10;
const grpc::Status kNotOwner{grpc::StatusCode::ABORTED, "another router has this slot"};
const grpc::Status kNotStored{grpc::StatusCode::UNAVAILABLE, "the store does not take the change"};

bool well_formed(const pb::ApplyRequest& in) {
  const bool named = in.call() != 0 || (!in.scope().empty() && in.scope().size() <= kMaxText);
  const bool small = in.payload().size() <= kMaxPayload && in.device().key().size() <= kMaxText &&
                     in.device().name().size() <= kMaxText && in.client_id().size() <= kMaxText &&
                     in.callees_size() <= 64 && in.room().size() <= kMaxText && in.caps_size() <= 64;
  return named && small && in.op() >= 1 && in.op() <= static_cast<int>(kLastCallOp) && in.kind() <= 3 &&
         in.call() >> 63 == 0;
}

/// What a client builds on: it is in the store before it is answered, also when it is asked again.
bool is_transition(pb::Op op) {
  return op != pb::LOOK && op != pb::SDP && op != pb::ICE && op != pb::MEDIA && op != pb::REPORT && op != pb::ALIVE;
}

/// What keeps media going: it is written too, but does not stand in the way of a restart while the store does.
bool keeps_media(pb::Op op) { return op == pb::SDP || op == pb::ICE || op == pb::REPORT; }

bool waits_for_store(pb::Op op, const CallRegistry::Outcome& outcome) {
  return !keeps_media(op) && (outcome.changed || (outcome.answer.code == 0 && is_transition(op)));
}

void fill_reply(pb::ApplyReply& out, const CallRegistry::Outcome& outcome, CallMs now) {
  const CallAnswer& answer = outcome.answer;
  out.set_code(answer.code);
  out.set_error(answer.error);
  out.set_retry_ms(answer.retry_ms);
  out.set_party(answer.party.value());
  out.set_merged(answer.merged);
  out.set_gap(answer.gap);
  if (!outcome.record) return;
  const CallRecord& record = *outcome.record;
  fill(*out.mutable_record(), record);
  out.set_ring_left_ms(std::max<CallMs>(record.ring_until - now, 0));
  if (const Party* mine = find_party(record, answer.party)) out.set_token(token_with_claims(record, *mine));
  for (const auto& event : answer.replay) fill(*out.add_replay(), *event, record);
  for (const auto& event : outcome.events) fill(*out.add_events(), *event, record);
}

class Service final : public CallsRpc, public pb::Calls::CallbackService {
 public:
  explicit Service(Context context) : context_(std::move(context)) {}
  grpc::Service& service() override { return *this; }

  std::string told(CallId call) override {
    const CallMs now = context_.now();
    const CallRegistry::Outcome outcome = context_.calls.told(call, now);
    if (!outcome.record) return "";
    pb::CallTold told;
    fill(*told.mutable_record(), *outcome.record);
    for (const auto& event : outcome.events) fill(*told.add_events(), *event, *outcome.record);
    told.set_ring_left_ms(std::max<CallMs>(outcome.record->ring_until - now, 0));
    return told.SerializeAsString();
  }

  Reactor* Apply(grpc::CallbackServerContext* context, const pb::ApplyRequest* request,
                 pb::ApplyReply* reply) override {
    auto* reactor = context->DefaultReactor();
    if (!well_formed(*request)) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "not a command to a call"});
      return reactor;
    }
    if (!context_.firm()) {
      reactor->Finish(kNotOwner);
      return reactor;
    }
    const CallMs now = context_.now();
    const auto outcome = context_.calls.apply(CallId(request->call()), request->scope(), command_of(*request), now);
    if (outcome.owned) fill_reply(*reply, outcome, now);
    fault::fire("router.call_applied");
    if (!outcome.owned || !waits_for_store(request->op(), outcome)) {
      reactor->Finish(outcome.owned ? grpc::Status::OK : kNotOwner);
      return reactor;
    }
    const std::size_t slot = slot_of_call(outcome.record ? outcome.record->id : CallId(request->call()));
    context_.durable(slot, [reactor](bool stored) { reactor->Finish(stored ? grpc::Status::OK : kNotStored); });
    return reactor;
  }

  Reactor* Settle(grpc::CallbackServerContext* context, const pb::SettleRequest* request, pb::SettleReply*) override {
    auto* reactor = context->DefaultReactor();
    std::vector<CallRegistry::Settled> events;
    for (const auto& one : request->events()) events.push_back({one.number(), one.arrived(), device_of(one.route())});
    const bool ours =
        context_.firm() && context_.calls.settle(CallId(request->call()), events, request->logged(), context_.now());
    reactor->Finish(ours ? grpc::Status::OK : kNotOwner);
    return reactor;
  }

 private:
  const Context context_;
};

}  // namespace

std::unique_ptr<CallsRpc> make_calls_rpc(CallsRpc::Context context) {
  return std::make_unique<Service>(std::move(context));
}

}  // namespace im::router
