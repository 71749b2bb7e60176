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
  AdminService(KickSessions kick, CloseReplaced replaced, TraceHub& traces, std::function<CometInstance()> self)
      : kick_(std::move(kick)), replaced_(std::move(replaced)), traces_(traces), self_(std::move(self)) {}

  grpc::ServerUnaryReactor* Replaced(grpc::CallbackServerContext* context, const ReplacedRequest* request,
                                     ReplacedReply*) override {
    auto* reactor = context->DefaultReactor();
    const bool here = is_self(request->comet(), request->comet_epoch());
    std::vector<ReplacedSession> sessions;
    for (const auto& session : request->sessions())
      sessions.push_back({ConnId(session.conn()), SessionEpoch(session.session_epoch())});
    if (here) replaced_(sessions);
    reactor->Finish(here ? grpc::Status::OK : kOther);
    return reactor;
  }

  grpc::ServerUnaryReactor* Kick(grpc::CallbackServerContext* context, const KickRequest* request,
                                 KickReply* reply) override {
    auto* reactor = context->DefaultReactor();
    if ((request->uid() > 0) == !request->key().empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "a user above 0, or a key"});
      return reactor;
    }
    kick_(Uid(request->uid()), request->key(), [reactor, reply](std::int32_t closed) {
      reply->set_closed(closed);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* Trace(grpc::CallbackServerContext* context, const TraceRequest* request,
                                  TraceReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(trace(*request, *reply));
    return reactor;
  }

 private:
  const grpc::Status kOther{grpc::StatusCode::FAILED_PRECONDITION, "another instance of this comet is here"};

  bool is_self(std::uint32_t number, std::uint64_t epoch) const {
    const CometInstance self = self_();
    return number == self.number.value() && epoch == self.epoch.value();
  }

  grpc::Status trace(const TraceRequest& request, TraceReply& reply) {
    if (!is_self(request.comet(), request.comet_epoch())) return kOther;
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

  KickSessions kick_;
  CloseReplaced replaced_;
  TraceHub& traces_;
  std::function<CometInstance()> self_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_admin_service(KickSessions kick, CloseReplaced replaced, TraceHub& traces,
                                                  std::function<CometInstance()> self) {
  return std::make_unique<AdminService>(std::move(kick), std::move(replaced), traces, std::move(self));
}

}  // namespace im::comet
