#include "comet/rpc/push_rpc.hpp"

#include <vector>

#include "comet/rpc/batch_stream.hpp"
#include "comet/rpc/delivery_reader.hpp"
#include "comet/rpc/digest_answer.hpp"
#include "common/base/log.hpp"
#include "im/comet.grpc.pb.h"

namespace im::comet {

namespace {

/// Records of one job.
class PushStream final : public BatchStream<PushBatch> {
 public:
  PushStream(PushIngress& ingress, CometInstance self) : BatchStream(self), ingress_(ingress) {}

 private:
  std::size_t count(const PushBatch& batch) const override {
    return batch.missed() ? 1 : static_cast<std::size_t>(batch.deliveries_size());
  }

  void greeted(const PushBatch& batch) override {
    const Hello& hello = batch.hello();
    ingress_.stats().streams.fetch_add(1);
    log::info("push stream", {{"job", hello.job()}, {"topic", hello.topic()}});
    log_ = {hello.bus().empty() ? "-" : hello.bus(), hello.topic()};
    restarted_.assign(hello.restarted_partitions().begin(), hello.restarted_partitions().end());
  }
  void refused() override { ingress_.stats().streams_refused.fetch_add(1); }

  void take(PushBatch& batch, Taken taken) override {
    restarted_.insert(restarted_.end(), batch.restarted_partitions().begin(), batch.restarted_partitions().end());
    if (batch.missed()) {
      ingress_.missed();
      return taken({});
    }
    std::vector<PlacedDelivery> placed;
    placed.reserve(static_cast<std::size_t>(batch.deliveries_size()));
    for (const auto& wire : batch.deliveries()) {
      if (auto delivery = read_delivery(wire, self())) {
        placed.push_back({wire.partition(), wire.offset(), std::move(*delivery)});
      } else {
        ingress_.stats().malformed.fetch_add(1);
      }
    }
    ingress_.apply(log_, restarted_, std::move(placed), [taken = std::move(taken)] { taken({}); });
    restarted_.clear();
  }

  PushIngress& ingress_;
  AppliedMarks::Log log_;
  std::vector<std::int32_t> restarted_;
};

class PushService final : public Comet::CallbackService {
 public:
  PushService(PushIngress& ingress, Self self, HoldingsSource holdings, std::function<void()> on_gone)
      : ingress_(ingress), self_(std::move(self)), holdings_(std::move(holdings)), on_gone_(std::move(on_gone)) {}
  grpc::ServerBidiReactor<PushBatch, PushAck>* Push(grpc::CallbackServerContext*) override {
    return new PushStream(ingress_, self_());
  }
  grpc::ServerWriteReactor<SnapshotPart>* Snapshot(grpc::CallbackServerContext*,
                                                   const SnapshotRequest* request) override {
    return start_snapshot(self_(), *request, holdings_.snapshot);
  }
  grpc::ServerUnaryReactor* Digest(grpc::CallbackServerContext*, const DigestRequest* request,
                                   DigestReply* reply) override {
    return start_digest(self_(), *request, *reply, holdings_.digest);
  }
  grpc::ServerUnaryReactor* Gone(grpc::CallbackServerContext* context, const GoneRequest* request,
                                 GoneReply*) override {
    auto* reactor = context->DefaultReactor();
    const grpc::Status meant = meant_for(self_(), *request);
    if (meant.ok()) on_gone_();
    reactor->Finish(meant);
    return reactor;
  }

 private:
  PushIngress& ingress_;
  Self self_;
  HoldingsSource holdings_;
  std::function<void()> on_gone_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_push_service(PushIngress& ingress, Self self, HoldingsSource holdings,
                                                 std::function<void()> on_gone) {
  return std::make_unique<PushService>(ingress, std::move(self), std::move(holdings), std::move(on_gone));
}

}  // namespace im::comet
