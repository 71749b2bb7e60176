#include "comet/rpc/push_rpc.hpp"

#include <mutex>
#include <vector>

#include "comet/rpc/delivery_reader.hpp"
#include "common/base/log.hpp"
#include "im/comet.grpc.pb.h"

namespace im::comet {

namespace {

constexpr std::size_t kUntakenBytes = 8U << 20;  ///< bytes of batches not yet taken before we stop reading the stream

/// What outlives the stream: batches may be taken after it ended.
struct AckState {
  std::mutex mutex;
  grpc::ServerBidiReactor<PushBatch, PushAck>* reactor = nullptr;  ///< null once the stream is over
  struct Batch {
    std::uint64_t last_seq;
    std::size_t bytes;
    bool taken;
  };
  std::vector<Batch> open;  ///< in stream order
  std::uint64_t acked = 0;  ///< may be told
  std::uint64_t told = 0;
  std::size_t bytes = 0;
  bool writing = false;
  bool reading = false;  ///< a read runs, or what it brought is being looked at
  PushAck ack;
};

class PushStream final : public grpc::ServerBidiReactor<PushBatch, PushAck> {
 public:
  PushStream(PushIngress& ingress, CometInstance self)
      : ingress_(ingress), self_(self), state_(std::make_shared<AckState>()) {
    state_->reactor = this;
    state_->reading = true;
    StartRead(&batch_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      finish(grpc::Status::OK);
      return;
    }
    if (log_.bus.empty() && !batch_.has_hello()) {
      finish({grpc::StatusCode::INVALID_ARGUMENT, "the first message of a push stream must be hello"});
    } else if (batch_.has_hello()) {
      on_hello(batch_.hello());
    } else {
      on_batch();
    }
  }

  void OnWriteDone(bool ok) override {
    {
      const std::lock_guard lock(state_->mutex);
      state_->writing = false;
    }
    if (ok) progress(state_, 0, &batch_);
  }

  void OnDone() override { delete this; }

 private:
  void finish(grpc::Status status) {
    {
      const std::lock_guard lock(state_->mutex);
      if (state_->reactor == nullptr) return;
      state_->reactor = nullptr;
    }
    Finish(std::move(status));
  }

  void on_hello(const Hello& hello) {
    if (grpc::Status refusal = meant_for(self_, hello); !refusal.ok()) {
      ingress_.stats().streams_refused.fetch_add(1);
      finish(std::move(refusal));
      return;
    }
    ingress_.stats().streams.fetch_add(1);
    log::info("push stream", {{"job", hello.job()}, {"topic", hello.topic()}});
    log_ = {hello.bus().empty() ? "-" : hello.bus(), hello.topic()};
    restarted_.assign(hello.restarted_partitions().begin(), hello.restarted_partitions().end());
    const std::lock_guard lock(state_->mutex);
    state_->ack.set_seq(0);
    state_->ack.set_comet(self_.number.value());
    state_->ack.set_comet_epoch(self_.epoch.value());
    state_->writing = true;
    StartWrite(&state_->ack);
    StartRead(&batch_);
  }

  void on_batch() {
    const std::size_t bytes = batch_.ByteSizeLong();
    const auto count = static_cast<std::uint64_t>(batch_.missed() ? 1 : batch_.deliveries_size());
    const std::uint64_t last = batch_.first_seq() + count - 1;
    std::vector<PlacedDelivery> placed;
    placed.reserve(count);
    for (const auto& wire : batch_.deliveries()) {
      if (auto delivery = read_delivery(wire, self_)) {
        placed.push_back({wire.partition(), wire.offset(), std::move(*delivery)});
      } else {
        ingress_.stats().malformed.fetch_add(1);
      }
    }
    restarted_.insert(restarted_.end(), batch_.restarted_partitions().begin(), batch_.restarted_partitions().end());
    {
      const std::lock_guard lock(state_->mutex);
      if (count > 0) {
        state_->open.push_back({last, bytes, false});
        state_->bytes += bytes;
      }
    }
    if (batch_.missed()) {
      ingress_.missed();
      progress(state_, last, &batch_);
    } else if (count > 0) {
      ingress_.apply(log_, restarted_, std::move(placed),
                     [state = state_, last, next = &batch_] { progress(state, last, next); });
      restarted_.clear();
    }
    done_with_batch();
  }

  /// Until here `reading` stands, so that no acknowledgement starts a read into the batch that is being looked at.
  void done_with_batch() {
    {
      const std::lock_guard lock(state_->mutex);
      state_->reading = false;
    }
    progress(state_, 0, &batch_);
  }

  /// Marks a batch as taken, tells the highest gapless seq, and reads on when there is room.
  static void progress(const std::shared_ptr<AckState>& state, std::uint64_t taken, PushBatch* next) {
    const std::lock_guard lock(state->mutex);
    for (auto& batch : state->open) {
      if (batch.last_seq == taken) batch.taken = true;
    }
    std::size_t done = 0;
    for (; done < state->open.size() && state->open[done].taken; ++done) {
      state->acked = state->open[done].last_seq;
      state->bytes -= state->open[done].bytes;
    }
    state->open.erase(state->open.begin(), state->open.begin() + static_cast<std::ptrdiff_t>(done));
    if (state->reactor == nullptr) return;
    if (!state->writing && state->acked > state->told) {
      state->told = state->acked;
      state->ack.Clear();
      state->ack.set_seq(state->acked);
      state->writing = true;
      state->reactor->StartWrite(&state->ack);
    }
    if (!state->reading && state->bytes < kUntakenBytes) {
      state->reading = true;
      state->reactor->StartRead(next);
    }
  }

  PushIngress& ingress_;
  CometInstance self_;
  std::shared_ptr<AckState> state_;
  AppliedMarks::Log log_;
  std::vector<std::int32_t> restarted_;
  PushBatch batch_;
};

class PushService final : public Comet::CallbackService {
 public:
  PushService(PushIngress& ingress, Self self, SnapshotSource snapshot,
              std::function<void()> on_gone)
      : ingress_(ingress), self_(std::move(self)), snapshot_(std::move(snapshot)), on_gone_(std::move(on_gone)) {}
  grpc::ServerBidiReactor<PushBatch, PushAck>* Push(grpc::CallbackServerContext*) override {
    return new PushStream(ingress_, self_());
  }
  grpc::ServerWriteReactor<SnapshotPart>* Snapshot(grpc::CallbackServerContext*,
                                                   const SnapshotRequest* request) override {
    return start_snapshot(self_(), *request, snapshot_);
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
  SnapshotSource snapshot_;
  std::function<void()> on_gone_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_push_service(PushIngress& ingress, Self self,
                                                 SnapshotSource snapshot, std::function<void()> on_gone) {
  return std::make_unique<PushService>(ingress, std::move(self), std::move(snapshot), std::move(on_gone));
}

}  // namespace im::comet
