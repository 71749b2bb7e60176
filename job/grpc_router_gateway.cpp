#include "job/grpc_router_gateway.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "im/router.grpc.pb.h"

namespace im::job {

using namespace std::chrono_literals;

namespace {

constexpr auto kDeadline = 3s;

NodeList list_of(const router::ListNodesReply& reply, TimePoint asked_at) {
  NodeList list;
  list.router_id = reply.router_id();
  list.version = reply.version();
  list.asked_at = asked_at;
  for (const auto& node : reply.nodes()) {
    list.comets.push_back(
        {{CometNumber(node.number()), InstanceEpoch(node.epoch())}, node.name(), node.grpc_address()});
  }
  return list;
}

router::NodeRef ref_of(const std::string& name, std::uint64_t epoch) {
  router::NodeRef ref;
  ref.set_kind(NODE_JOB);
  ref.set_name(name);
  ref.set_epoch(epoch);
  return ref;
}

class GrpcRouterGateway : public RouterGateway {
 public:
  explicit GrpcRouterGateway(const std::vector<std::string>& addresses)
      : stub_(router::Router::NewStub(rpc::make_channel(addresses))) {}

  ~GrpcRouterGateway() override {
    std::unique_lock lock(mutex_);
    closing_ = true;
    for (auto* context : calls_) context->TryCancel();
    none_.wait_for(lock, 5s, [this] { return calls_.empty(); });
  }

  void list_comets(std::uint64_t after_version, std::chrono::milliseconds wait, Done<NodeList> done) override {
    router::ListNodesRequest request;
    request.set_kind(NODE_COMET);
    request.set_after_version(after_version);
    request.set_wait_ms(wait.count());
    const auto asked_at = monotonic_now();
    call<router::ListNodesReply>(
        std::move(request), wait + kDeadline,
        [this](auto* context, auto* in, auto* out, auto finish) {
          stub_->async()->ListNodes(context, in, out, std::move(finish));
        },
        [done = std::move(done), asked_at](Result<router::ListNodesReply> reply) {
          if (!reply) return done(reply.error());
          done(list_of(reply.value(), asked_at));
        });
  }

  void register_job(const JobNode& node, Done<JobLease> done) override {
    router::RegisterNodeRequest request;
    auto& fields = *request.mutable_node();
    fields.set_kind(NODE_JOB);
    fields.set_name(node.name);
    fields.set_grpc_address(node.ops_address);  // job has no gRPC of its own: what tells two of them apart
    fields.set_ops_address(node.ops_address);
    fields.set_region(node.region);
    fields.set_zone(node.zone);
    fields.set_env(node.env);
    call<router::RegisterNodeReply>(
        std::move(request), kDeadline,
        [this](auto* context, auto* in, auto* out, auto finish) {
          stub_->async()->RegisterNode(context, in, out, std::move(finish));
        },
        [done = std::move(done)](Result<router::RegisterNodeReply> reply) {
          if (!reply) return done(reply.error());
          done(JobLease{reply.value().self().epoch(), std::chrono::milliseconds(reply.value().lease_ms())});
        });
  }

  void renew_job(const std::string& name, std::uint64_t epoch, Done<bool> done) override {
    router::RenewNodeRequest request;
    *request.mutable_node() = ref_of(name, epoch);
    call<router::RenewNodeReply>(
        std::move(request), kDeadline,
        [this](auto* context, auto* in, auto* out, auto finish) {
          stub_->async()->RenewNode(context, in, out, std::move(finish));
        },
        [done = std::move(done)](Result<router::RenewNodeReply> reply) {
          if (!reply) return done(reply.error());
          done(reply.value().state() == router::RenewNodeReply::OK);
        });
  }

  void unregister_job(const std::string& name, std::uint64_t epoch, Done<bool> done) override {
    router::UnregisterNodeRequest request;
    *request.mutable_node() = ref_of(name, epoch);
    call<router::UnregisterNodeReply>(
        std::move(request), 1s,
        [this](auto* context, auto* in, auto* out, auto finish) {
          stub_->async()->UnregisterNode(context, in, out, std::move(finish));
        },
        [done = std::move(done)](const Result<router::UnregisterNodeReply>& reply) {
          if (!reply) return done(reply.error());
          done(true);
        });
  }

 private:
  /// rpc::call, with the context remembered so that the destructor can cancel it (a long poll lasts).
  template <class Reply, class Request, class Start>
  void call(Request request, std::chrono::milliseconds deadline, Start start, Done<Reply> done) {
    auto context_of_call = std::make_shared<grpc::ClientContext*>(nullptr);
    rpc::call<Reply>(
        std::move(request), deadline,
        [&](grpc::ClientContext* context, auto* in, auto* out, auto finish) {
          {
            const std::lock_guard lock(mutex_);
            *context_of_call = context;
            calls_.insert(context);
            if (closing_) context->TryCancel();
          }
          start(context, in, out, std::move(finish));
        },
        [this, context_of_call, done = std::move(done)](Result<Reply> reply) {
          done(std::move(reply));
          const std::lock_guard lock(mutex_);
          calls_.erase(*context_of_call);
          if (calls_.empty()) none_.notify_all();
        });
  }

  std::mutex mutex_;
  std::condition_variable none_;
  std::set<grpc::ClientContext*> calls_;
  bool closing_ = false;
  std::unique_ptr<router::Router::Stub> stub_;
};

}  // namespace

std::unique_ptr<RouterGateway> make_grpc_router_gateway(const std::vector<std::string>& addresses) {
  return std::make_unique<GrpcRouterGateway>(addresses);
}

}  // namespace im::job
