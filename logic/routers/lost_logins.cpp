#include "logic/routers/lost_logins.hpp"

#include <memory>
#include <utility>

#include "common/rpc/call.hpp"
#include "im/users.grpc.pb.h"
#include "logic/routers/router_login.hpp"

namespace im::logic {

namespace {

namespace pb = im::users;
using Done = std::function<void(Result<std::int32_t>)>;

void end_found(RouterCalls& calls, const pb::OfLoginsReply& found, Done done) {
  std::vector<SessionEnd> ends;
  for (const auto& session : found.sessions())
    ends.push_back({Uid(session.uid()), session.key(), SessionEpoch(session.session_epoch())});
  unbind_at_routers(calls, ends, std::move(done));
}

void ask_router(RouterCalls& calls, int router, const pb::OfLoginsRequest& request, Done done) {
  const std::shared_ptr<pb::Users::StubInterface> stub = pb::Users::NewStub(calls.map().channel(router));
  rpc::call<pb::OfLoginsReply>(
      request, calls.deadline(),
      [stub](grpc::ClientContext* context, const pb::OfLoginsRequest* ask, pb::OfLoginsReply* reply,
             std::function<void(grpc::Status)> finish) {
        stub->async()->OfLogins(context, ask, reply, std::move(finish));
      },
      [&calls, stub, done = std::move(done)](const Result<pb::OfLoginsReply>& reply) {
        if (!reply.ok()) return done(reply.error());
        end_found(calls, reply.value(), done);
      });
}

}  // namespace

void end_logins_at_routers(RouterCalls& calls, CometInstance comet, const std::vector<SessionEpoch>& orders,
                           Done done) {
  const std::vector<int> routers = calls.map().answering();
  if (routers.empty()) return done(Error{Error::Code::kUnavailable, "no router answers"});
  pb::OfLoginsRequest request;
  request.mutable_comet()->set_number(comet.number.value());
  request.mutable_comet()->set_epoch(comet.epoch.value());
  for (const SessionEpoch order : orders) request.add_session_epochs(order.value());
  WhenAll<std::int32_t> all(std::move(done));
  for (const int router : routers) ask_router(calls, router, request, all.part());
}

}  // namespace im::logic
