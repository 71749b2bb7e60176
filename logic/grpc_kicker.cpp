#include <algorithm>
#include <map>
#include <mutex>

#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "im/comet.grpc.pb.h"
#include "logic/kick_http.hpp"

namespace im::logic {

namespace {

namespace ct = im::comet;

/// Answers when the last of several calls has.
struct Together {
  std::mutex mutex;
  std::size_t open = 0;
  Status result = Ok{};
  std::function<void(Status)> done;

  void settle(const Status& status) {
    {
      const std::lock_guard lock(mutex);
      if (!status.ok()) result = status;
      if (--open > 0) return;
    }
    done(result);
  }
};

class GrpcKicker final : public Kicker {
 public:
  GrpcKicker(std::function<std::vector<NodeInfo>()> nodes, std::chrono::milliseconds deadline)
      : nodes_(std::move(nodes)), deadline_(deadline) {}

  void kick(const std::vector<SessionInfo>& sessions, std::function<void(Status)> done) override {
    std::map<CometInstance, ct::KickRequest> requests;
    for (const SessionInfo& session : sessions) {
      auto& request = requests[session.comet];
      request.set_comet(session.comet.number.value());
      request.set_comet_epoch(session.comet.epoch.value());
      request.add_conns(session.conn.raw());
    }
    auto together = std::make_shared<Together>();
    together->open = requests.size();
    together->done = std::move(done);
    for (auto& [comet, request] : requests) call(comet, std::move(request), together);
  }

 private:
  void call(const CometInstance& comet, ct::KickRequest request, const std::shared_ptr<Together>& together) {
    const auto nodes = nodes_();
    const auto node = std::find_if(nodes.begin(), nodes.end(), [&](const NodeInfo& one) { return one.comet == comet; });
    if (node == nodes.end()) {  // its lease is over, and with it its sessions
      together->settle(Ok{});
      return;
    }
    const auto stub = stub_of(node->grpc_address);
    rpc::call<ct::KickReply>(
        std::move(request), deadline_,
        [stub](grpc::ClientContext* context, const ct::KickRequest* ask, ct::KickReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub->async()->Kick(context, ask, reply, std::move(finish));
        },
        [together, stub](const Result<ct::KickReply>& reply) {
          // Another instance is there: this one and its connections are gone.
          const bool gone = !reply.ok() && reply.error().code == Error::Code::kConflict;
          together->settle(reply.ok() || gone ? Status(Ok{}) : Status(reply.error()));
        });
  }

  std::shared_ptr<ct::Comet::Stub> stub_of(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& stub = stubs_[address];
    if (!stub) stub = ct::Comet::NewStub(rpc::make_channel({address}));
    return stub;
  }

  std::function<std::vector<NodeInfo>()> nodes_;
  std::chrono::milliseconds deadline_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ct::Comet::Stub>> stubs_;  ///< by address; as many as there ever were comets
};

}  // namespace

std::unique_ptr<Kicker> make_grpc_kicker(std::function<std::vector<NodeInfo>()> nodes,
                                         std::chrono::milliseconds deadline) {
  return std::make_unique<GrpcKicker>(std::move(nodes), deadline);
}

}  // namespace im::logic
