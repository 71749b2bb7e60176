#include "comet/rpc/admin_rpc.hpp"

#include "common/rpc/server.hpp"
#include "im/comet.grpc.pb.h"

namespace im::comet {

namespace {

void fill(TraceReply& reply, Trace::Taken taken) {
  for (TracedEvent& event : taken.events) {
    auto& out = *reply.add_events();
    out.set_kind(static_cast<TraceEvent::Kind>(event.kind));
    out.set_time_ms(event.time_ms);
    out.set_version(event.version);
    out.set_operation(event.op);
    out.set_seq(event.seq);
    out.set_size(event.size);
    out.set_waiting(event.waiting);
    out.set_body(std::move(event.body));
    out.set_note(std::move(event.note));
  }
  reply.set_dropped(taken.dropped);
  reply.set_over(taken.over);
}

class AdminService final : public CometAdmin::CallbackService {
 public:
  AdminService(TraceHub& traces, Self self) : traces_(traces), self_(std::move(self)) {}

  grpc::ServerUnaryReactor* Trace(grpc::CallbackServerContext* context, const TraceRequest* request,
                                  TraceReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(trace(*request, *reply));
    return reactor;
  }

 private:
  grpc::Status trace(const TraceRequest& request, TraceReply& reply) {
    if (grpc::Status refusal = meant_for(self_(), request); !refusal.ok()) return refusal;
    if (request.trace() == 0) {
      const auto begun = traces_.begin(ConnId(request.conn()), request.bodies(), monotonic_now());
      if (begun.ok()) reply.set_trace(begun.value());
      return begun.ok() ? grpc::Status::OK : rpc::to_grpc(begun.error());
    }
    reply.set_trace(request.trace());
    auto taken = traces_.take(request.trace(), monotonic_now());
    if (!taken.ok()) return rpc::to_grpc(taken.error());
    if (request.end()) traces_.end(request.trace());
    fill(reply, std::move(taken).value());
    return grpc::Status::OK;
  }

  TraceHub& traces_;
  Self self_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_admin_service(TraceHub& traces, Self self) {
  return std::make_unique<AdminService>(traces, std::move(self));
}

}  // namespace im::comet
