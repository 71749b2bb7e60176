#include "router/presence/presence_rpc.hpp"

#include <utility>

#include "im/presence.grpc.pb.h"

namespace im::router {

namespace {

namespace pb = im::presence;
using Reactor = grpc::ServerUnaryReactor;

constexpr int kMostUids = 1000;
constexpr std::int64_t kLongestMs = 3600LL * 1000;
const grpc::Status kMalformed{grpc::StatusCode::INVALID_ARGUMENT, "a watcher, at most 1000 users and at most an hour"};

class Service final : public PresenceRpc, public pb::Watchers::CallbackService {
 public:
  Service(WatcherBoard& board, std::function<bool()> firm) : board_(board), firm_(std::move(firm)) {}
  grpc::Service& service() override { return *this; }

  Reactor* Watch(grpc::CallbackServerContext* context, const pb::WatchRequest* request,
                 pb::WatchReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(watch(*request, *reply));
    return reactor;
  }

  Reactor* List(grpc::CallbackServerContext* context, const pb::ListRequest* request, pb::ListReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(list(*request, *reply));
    return reactor;
  }

 private:
  grpc::Status watch(const pb::WatchRequest& request, pb::WatchReply& reply) {
    if (request.watcher() <= 0 || request.uids_size() > kMostUids || request.ttl_ms() < 0 ||
        request.ttl_ms() > kLongestMs)
      return kMalformed;
    const Uid watcher(request.watcher());
    const TimePoint now = monotonic_now();
    const TimePoint until = now + std::chrono::milliseconds(request.ttl_ms());
    const bool firm = firm_();
    for (const std::int64_t uid : request.uids()) {
      auto outcome = WatcherBoard::Outcome::kElsewhere;
      if (firm)
        outcome = request.ttl_ms() > 0 ? board_.watch(Uid(uid), watcher, until, now) : board_.forget(Uid(uid), watcher);
      if (outcome == WatcherBoard::Outcome::kFull) reply.add_refused(uid);
      if (outcome == WatcherBoard::Outcome::kElsewhere) reply.add_elsewhere(uid);
    }
    return grpc::Status::OK;
  }

  grpc::Status list(const pb::ListRequest& request, pb::ListReply& reply) {
    if (request.uids_size() > kMostUids) return kMalformed;
    const TimePoint now = monotonic_now();
    const bool firm = firm_();
    for (const std::int64_t uid : request.uids()) {
      const auto watchers = firm ? board_.watchers_of(Uid(uid), now) : std::nullopt;
      if (!watchers) reply.add_elsewhere(uid);
      if (!watchers || watchers->empty()) continue;
      auto& watched = *reply.add_watched();
      watched.set_uid(uid);
      for (const Uid watcher : *watchers) watched.add_watchers(watcher.value());
    }
    return grpc::Status::OK;
  }

  WatcherBoard& board_;
  const std::function<bool()> firm_;
};

}  // namespace

std::unique_ptr<PresenceRpc> make_presence_rpc(WatcherBoard& board, std::function<bool()> firm) {
  return std::make_unique<Service>(board, std::move(firm));
}

}  // namespace im::router
