#include "router/bind_guard.hpp"

#include <algorithm>
#include <chrono>

namespace im::router {

using grpc::Status;
using grpc::StatusCode;

std::optional<Status> comet_fault(const RouterState& state, CometInstance comet) {
  if (state.alive(comet)) return std::nullopt;
  if (state.unheard(comet)) return Status(StatusCode::UNAVAILABLE, "this router has not heard of the comet yet");
  return Status(StatusCode::FAILED_PRECONDITION, "the lease of this comet is over");
}

std::optional<Status> bind_refusal(RouterState& state, const grpc::CallbackServerContext& context,
                                   const BindRequest& request) {
  const im::Session& session = request.session();
  // This router may have stood still: who has given up meanwhile may be logged in elsewhere.
  if (context.IsCancelled() || context.deadline() < std::chrono::system_clock::now())
    return Status(StatusCode::CANCELLED, "nobody waits for this login any more");
  if (auto fault = comet_fault(state, {CometNumber(session.comet()), InstanceEpoch(session.comet_epoch())}))
    return fault;
  // Binds at the same moment may pass the limit by a few: it bounds, it does not count.
  const auto limit = static_cast<std::size_t>(std::max(0, request.max_sessions()));
  if (limit == 0 || session.uid() <= 0) return std::nullopt;
  const auto rows = state.sessions().by_uid(Uid(session.uid()));
  if (!rows || rows->size() < limit) return std::nullopt;
  return Status(StatusCode::RESOURCE_EXHAUSTED, "this user has too many sessions");
}

}  // namespace im::router
