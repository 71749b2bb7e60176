#include "router/nodes/grpc_peer_gateway.hpp"

#include <map>
#include <mutex>
#include <utility>

#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "im/router.grpc.pb.h"

namespace im::router {

namespace {

constexpr std::chrono::milliseconds kDeadline{500};

class GrpcPeerGateway final : public PeerGateway {
 public:
  void ask(const std::string& address, std::function<void(PeerAnswer)> done) override {
    const auto stub = stub_of(address);
    rpc::call<SlotsReply>(
        SlotsRequest(), kDeadline,
        [&stub](grpc::ClientContext* context, const SlotsRequest* ask, SlotsReply* reply,
                std::function<void(grpc::Status)> finish) {
          stub->async()->Slots(context, ask, reply, std::move(finish));
        },
        [stub, done = std::move(done)](const Result<SlotsReply>& reply) {
          if (!reply.ok()) return done({});
          done({reply.value().fresh() ? PeerLease::kFresh : PeerLease::kStale, reply.value().clock_us()});
        });
  }

 private:
  std::shared_ptr<Router::Stub> stub_of(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& stub = stubs_[address];
    if (!stub) stub = Router::NewStub(rpc::make_channel(address, pki::Role::kRouter));
    return stub;
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Router::Stub>> stubs_;  ///< as many as there ever were routers
};

}  // namespace

std::unique_ptr<PeerGateway> make_grpc_peer_gateway() { return std::make_unique<GrpcPeerGateway>(); }

}  // namespace im::router
