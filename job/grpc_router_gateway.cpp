#include "job/grpc_router_gateway.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "common/routers/router_map.hpp"
#include "common/rpc/call.hpp"
#include "im/router.grpc.pb.h"

namespace im::job {

using namespace std::chrono_literals;

namespace {

constexpr auto kDeadline = 1s;

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
  explicit GrpcRouterGateway(const std::vector<std::string>& addresses) : routers_(addresses) { routers_.start(); }

  ~GrpcRouterGateway() override {
    routers_.stop();
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
    call<router::ListNodesReply>(std::move(request), wait + kDeadline, &Async::ListNodes,
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
        std::move(request), kDeadline, &Async::RegisterNode,
        [done = std::move(done)](Result<router::RegisterNodeReply> reply) {
          if (!reply) return done(reply.error());
          done(JobLease{reply.value().self().epoch(), std::chrono::milliseconds(reply.value().lease_ms())});
        });
  }

  void renew_job(const std::string& name, std::uint64_t epoch, Done<bool> done) override {
    router::RenewNodeRequest request;
    *request.mutable_node() = ref_of(name, epoch);
    call<router::RenewNodeReply>(std::move(request), kDeadline, &Async::RenewNode,
                                 [done = std::move(done)](Result<router::RenewNodeReply> reply) {
                                   if (!reply) return done(reply.error());
                                   done(reply.value().state() == router::RenewNodeReply::OK);
                                 });
  }

  void unregister_job(const std::string& name, std::uint64_t epoch, Done<bool> done) override {
    router::UnregisterNodeRequest request;
    *request.mutable_node() = ref_of(name, epoch);
    call<router::UnregisterNodeReply>(std::move(request), 1s, &Async::UnregisterNode,
                                      [done = std::move(done)](const Result<router::UnregisterNodeReply>& reply) {
                                        if (!reply) return done(reply.error());
                                        done(true);
                                      });
  }

 private:
  using Async = router::Router::StubInterface::async_interface;
  template <class Request, class Reply>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);

  /// rpc::call to the router that keeps the node registry, with the context remembered so that the destructor can
  /// cancel it (a long poll lasts).
  template <class Reply, class Request>
  void call(Request request, std::chrono::milliseconds deadline, Method<Request, Reply> method, Done<Reply> done) {
    const auto channel = routers_.owner(kRegistrySlot);
    if (!channel) {
      std::string missing;
      routers_.ready(&missing);
      return done(Error{Error::Code::kUnavailable, "no router keeps the node list: " + missing});
    }
    const std::shared_ptr<router::Router::Stub> stub = router::Router::NewStub(channel);
    auto context_of_call = std::make_shared<grpc::ClientContext*>(nullptr);
    rpc::call<Reply>(
        std::move(request), deadline,
        [&](grpc::ClientContext* context, const Request* in, Reply* out, std::function<void(grpc::Status)> finish) {
          {
            const std::lock_guard lock(mutex_);
            *context_of_call = context;
            calls_.insert(context);
            if (closing_) context->TryCancel();
          }
          (stub->async()->*method)(context, in, out, std::move(finish));
        },
        [this, stub, context_of_call, done = std::move(done)](Result<Reply> reply) {
          if (!reply.ok()) routers_.refresh();
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
  routers::RouterMap routers_;
};

}  // namespace

std::unique_ptr<RouterGateway> make_grpc_router_gateway(const std::vector<std::string>& addresses) {
  return std::make_unique<GrpcRouterGateway>(addresses);
}

}  // namespace im::job
