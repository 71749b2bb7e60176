#include <mutex>

#include "common/rpc/call.hpp"
#include "logic/admin/kick_http.hpp"
#include "logic/comets/comet_stubs.hpp"

namespace im::logic {

namespace {

namespace ct = im::comet;

/// Answers when the last of several calls has.
struct KickAnswers {
  std::mutex mutex;
  std::size_t open = 0;
  std::int32_t closed = 0;
  Status failure = Ok{};
  std::function<void(Result<std::int32_t>)> done;

  void settle(const Result<ct::KickReply>& reply) {
    {
      const std::lock_guard lock(mutex);
      if (reply.ok()) {
        closed += reply.value().closed();
      } else {
        failure = reply.error();
      }
      if (--open > 0) return;
    }
    done(failure.ok() ? Result<std::int32_t>(closed) : failure.error());
  }
};

class GrpcKicker final : public Kicker {
 public:
  GrpcKicker(std::function<std::vector<NodeInfo>()> nodes, std::chrono::milliseconds deadline)
      : nodes_(std::move(nodes)), deadline_(deadline) {}

  void kick(const Who& who, std::function<void(Result<std::int32_t>)> done) override {
    std::vector<std::string> comets;
    for (const NodeInfo& node : nodes_()) {
      if (node.kind == "comet") comets.push_back(node.grpc_address);
    }
    if (comets.empty()) return done(Error{Error::Code::kUnavailable, "the router has named no comet"});
    ct::KickRequest request;
    request.set_uid(who.uid.value());
    if (who.uid.value() <= 0) request.set_key(who.key);
    const auto together = std::make_shared<KickAnswers>();
    together->open = comets.size();
    together->done = std::move(done);
    for (const std::string& comet : comets) call(comet, request, together);
  }

 private:
  void call(const std::string& address, const ct::KickRequest& request, const std::shared_ptr<KickAnswers>& together) {
    const auto stub = stubs_.at(address);
    rpc::call<ct::KickReply>(
        request, deadline_,
        [stub](grpc::ClientContext* context, const ct::KickRequest* ask, ct::KickReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub->async()->Kick(context, ask, reply, std::move(finish));
        },
        [together, stub, address](const Result<ct::KickReply>& reply) {
          together->settle(reply.ok() ? reply : Error{reply.error().code, address + ": " + reply.error().message});
        });
  }

  std::function<std::vector<NodeInfo>()> nodes_;
  std::chrono::milliseconds deadline_;
  CometStubs stubs_;
};

}  // namespace

std::unique_ptr<Kicker> make_grpc_kicker(std::function<std::vector<NodeInfo>()> nodes,
                                         std::chrono::milliseconds deadline) {
  return std::make_unique<GrpcKicker>(std::move(nodes), deadline);
}

}  // namespace im::logic
