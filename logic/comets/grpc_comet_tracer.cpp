#include "common/rpc/call.hpp"
#include "logic/admin/trace_http.hpp"
#include "logic/comets/comet_stubs.hpp"

namespace im::logic {

namespace {

namespace ct = im::comet;

const char* kind_of(ct::TraceEvent::Kind kind) {
  switch (kind) {
    case ct::TraceEvent::IN:
      return "in";
    case ct::TraceEvent::OUT:
      return "out";
    case ct::TraceEvent::DROPPED:
      return "dropped";
    default:
      return "closed";
  }
}

TraceView view_of(const ct::TraceReply& reply) {
  TraceView view;
  view.trace = reply.trace();
  view.dropped = reply.dropped();
  view.over = reply.over();
  for (const auto& event : reply.events()) {
    view.events.push_back({kind_of(event.kind()), event.time_ms(), event.version(), event.operation(), event.seq(),
                           event.size(), event.waiting(), event.body(), event.note()});
  }
  return view;
}

class GrpcCometTracer final : public CometTracer {
 public:
  explicit GrpcCometTracer(std::chrono::milliseconds deadline) : deadline_(deadline) {}

  void trace(const Ask& ask, std::function<void(Result<TraceView>)> done) override {
    ct::TraceRequest request;
    request.set_comet(ask.comet.number.value());
    request.set_comet_epoch(ask.comet.epoch.value());
    request.set_trace(ask.trace);
    request.set_conn(ask.conn.raw());
    request.set_bodies(ask.bodies);
    request.set_end(ask.end);
    const auto stub = stubs_.at(ask.address);
    rpc::call<ct::TraceReply>(
        std::move(request), deadline_,
        [stub](grpc::ClientContext* context, const ct::TraceRequest* question, ct::TraceReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub->async()->Trace(context, question, reply, std::move(finish));
        },
        [stub, done = std::move(done)](const Result<ct::TraceReply>& reply) {
          done(reply.ok() ? Result<TraceView>(view_of(reply.value())) : reply.error());
        });
  }

 private:
  std::chrono::milliseconds deadline_;
  CometStubs stubs_;
};

}  // namespace

std::unique_ptr<CometTracer> make_grpc_comet_tracer(std::chrono::milliseconds deadline) {
  return std::make_unique<GrpcCometTracer>(deadline);
}

}  // namespace im::logic
