#include "comet/rpc/snapshot_stream.hpp"

#include <mutex>
#include <optional>

#include "comet/rpc/snapshot_parts.hpp"
#include "comet/rpc/this_comet.hpp"

namespace im::comet {

namespace {

class SnapshotStream final : public grpc::ServerWriteReactor<SnapshotPart> {
 public:
  /// What outlives the stream: the source may answer after it is over.
  struct Shared {
    std::mutex mutex;
    SnapshotStream* stream = nullptr;  ///< null once it is over
  };
  SnapshotStream() : shared_(std::make_shared<Shared>()) { shared_->stream = this; }
  std::shared_ptr<Shared> shared() const { return shared_; }

  /// Under the lock of Shared.
  void begin(CometInstance self, Holdings holdings) {
    parts_.emplace(self, std::move(holdings));
    next();
  }
  void refuse(const grpc::Status& status) { finish(status); }

  void OnWriteDone(bool ok) override {
    const auto keep = shared_;
    const std::lock_guard lock(keep->mutex);
    if (!ok) {
      finish(grpc::Status::CANCELLED);
    } else {
      next();
    }
  }
  void OnCancel() override {
    const auto keep = shared_;
    const std::lock_guard lock(keep->mutex);
    if (!parts_) finish(grpc::Status::CANCELLED);  // else a write is under way and fails
  }
  void OnDone() override {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->stream = nullptr;
    }
    delete this;
  }

 private:
  void next() {
    if (!parts_->next(part_)) return finish(grpc::Status::OK);
    StartWrite(&part_);
  }

  void finish(const grpc::Status& status) {
    if (!std::exchange(finished_, true)) Finish(status);
  }

  std::shared_ptr<Shared> shared_;
  std::optional<SnapshotParts> parts_;  ///< once the source has answered
  SnapshotPart part_;
  bool finished_ = false;
};

}  // namespace

grpc::ServerWriteReactor<SnapshotPart>* start_snapshot(CometInstance self, const SnapshotRequest& request,
                                                       const SnapshotSource& source) {
  auto* stream = new SnapshotStream;
  if (const grpc::Status refusal = meant_for(self, request); !refusal.ok()) {
    stream->refuse(refusal);
    return stream;
  }
  source(slots_from(request.slots()), [self, shared = stream->shared()](Holdings holdings) {
    const std::lock_guard lock(shared->mutex);
    if (shared->stream != nullptr) shared->stream->begin(self, std::move(holdings));
  });
  return stream;
}

}  // namespace im::comet
