#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <grpcpp/client_context.h>

#include "common/base/result.hpp"
#include "common/rpc/server.hpp"

namespace im::rpc {

/// One unary call through the callback API: `done` runs once, on a gRPC thread, with the reply or an Error. What is
/// returned gives the call up; `done` still runs.
///   call<ConnectReply>(*stub->async(), &Logic::StubInterface::async_interface::Connect, request, 3s, done);
/// The overload set of generated stubs makes the member pointer ambiguous, so callers pass a lambda:
///   call<ConnectReply>(request, 3s, [&](auto* ctx, auto* req, auto* rep, auto cb) { stub->async()->Connect(ctx, req,
///   rep, cb); }, done);
template <class Reply, class Request, class Start>
std::function<void()> call(Request request, std::chrono::milliseconds deadline, Start&& start,
                           std::function<void(Result<Reply>)> done) {
  struct State {
    grpc::ClientContext context;
    Request request;
    Reply reply;
    std::function<void(Result<Reply>)> done;
  };
  auto state = std::make_shared<State>();
  state->request = std::move(request);
  state->done = std::move(done);
  state->context.set_deadline(std::chrono::system_clock::now() + deadline);
  auto finish = [state](const grpc::Status& status) {
    if (status.ok()) {
      state->done(std::move(state->reply));
    } else {
      state->done(from_grpc(status));
    }
  };
  start(&state->context, &state->request, &state->reply, std::move(finish));
  return [state] { state->context.TryCancel(); };
}

}  // namespace im::rpc
