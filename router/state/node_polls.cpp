#include "router/state/node_polls.hpp"

#include <algorithm>

#include "common/registry/convert.hpp"
#include "router/nodes/node_rows.hpp"

namespace im::router {

namespace {
constexpr std::size_t kMaxPolls = 10000;
}

NodePolls::~NodePolls() {
  for (const Poll& poll : polls_) poll.reactor->Finish({grpc::StatusCode::UNAVAILABLE, "the router stops"});
}

void NodePolls::add(grpc::ServerUnaryReactor* reactor, const ListNodesRequest& request, ListNodesReply* reply) {
  const Poll poll{reactor, request.kind(), reply,
                  monotonic_now() + std::chrono::milliseconds(std::clamp<std::int64_t>(request.wait_ms(), 0, 30000))};
  {
    const std::lock_guard lock(mutex_);
    const bool others = request.router_id() != 0 && request.router_id() != state_.router_id();
    const bool news = others || request.after_version() == 0 || state_.nodes_version() != request.after_version();
    if (!news && request.wait_ms() > 0 && polls_.size() < kMaxPolls) {
      polls_.push_back(poll);
      return;
    }
  }
  answer(poll);
}

void NodePolls::answer(const Poll& poll) {
  // Asked first: a registry that goes to another router meanwhile must not answer for it.
  if (!state_.leads()) {
    poll.reactor->Finish({grpc::StatusCode::ABORTED, "another router keeps the node registry"});
    return;
  }
  poll.reply->set_version(state_.nodes_version());
  poll.reply->set_complete(state_.registry_complete());
  const auto kind = poll.kind == im::NODE_UNKNOWN ? std::nullopt : std::optional(registry::kind_of(poll.kind));
  for (const auto& node : state_.nodes(kind)) fill(*poll.reply->add_nodes(), node);
  poll.reply->set_router_id(state_.router_id());
  poll.reply->set_clock_us(state_.clock_us());
  poll.reactor->Finish(grpc::Status::OK);
}

void NodePolls::wake() {
  std::vector<Poll> due;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t version = state_.nodes_version();
    const bool news = std::exchange(seen_version_, version) != version || !state_.leads();
    const TimePoint now = monotonic_now();
    const auto done = std::stable_partition(polls_.begin(), polls_.end(),
                                            [&](const Poll& poll) { return !news && poll.until > now; });
    due.assign(done, polls_.end());
    polls_.erase(done, polls_.end());
  }
  for (const Poll& poll : due) answer(poll);
}

}  // namespace im::router
