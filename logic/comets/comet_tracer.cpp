#include "logic/comets/comet_tracer.hpp"

#include "common/rpc/call.hpp"
#include "im/comet.grpc.pb.h"

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

}  // namespace

void trace_over(const std::shared_ptr<grpc::Channel>& channel, const TraceAsk& ask, std::chrono::milliseconds deadline,
                Traced done) {
  ct::TraceRequest request;
  request.set_comet(ask.comet.number.value());
  request.set_comet_epoch(ask.comet.epoch.value());
  request.set_trace(ask.trace);
  request.set_conn(ask.conn.raw());
  request.set_bodies(ask.bodies);
  request.set_end(ask.end);
  const std::shared_ptr<ct::CometAdmin::Stub> stub = ct::CometAdmin::NewStub(channel);
  rpc::call<ct::TraceReply>(
      std::move(request), deadline,
      [stub](grpc::ClientContext* context, const ct::TraceRequest* question, ct::TraceReply* reply,
             std::function<void(grpc::Status)> finish) {
        stub->async()->Trace(context, question, reply, std::move(finish));
      },
      [stub, done = std::move(done)](const Result<ct::TraceReply>& reply) {
        done(reply.ok() ? Result<TraceView>(view_of(reply.value())) : reply.error());
      });
}

}  // namespace im::logic
