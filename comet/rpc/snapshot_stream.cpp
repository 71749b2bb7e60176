#include "comet/rpc/snapshot_stream.hpp"

#include <algorithm>
#include <mutex>

namespace im::comet {

namespace {

constexpr std::size_t kRowsPerPart = 4000;  // well below the message limit of 4 MiB

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
    self_ = self;
    holdings_ = std::move(holdings);
    begun_ = true;
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
    if (!begun_) finish(grpc::Status::CANCELLED);  // else a write is under way and fails
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
    part_.Clear();
    std::size_t room_left = kRowsPerPart;
    for (; session_ < holdings_.sessions.size() && room_left > 0; --room_left) add(holdings_.sessions[session_++]);
    for (; room_ < holdings_.rooms.size() && room_left > 0; --room_left) {
      auto& out = *part_.add_rooms();
      out.set_room(std::move(holdings_.rooms[room_].room));
      out.set_version(holdings_.rooms[room_++].version);
    }
    if (room_left == kRowsPerPart) return finish(grpc::Status::OK);
    StartWrite(&part_);
  }

  void add(SessionRecord& session) {
    auto& out = *part_.add_sessions();
    out.set_uid(session.uid.value());
    out.set_key(std::move(session.key));
    out.set_session_epoch(session.epoch.value());
    out.set_comet(self_.number.value());
    out.set_comet_epoch(self_.epoch.value());
    out.set_conn(session.conn.raw());
    out.set_platform(std::move(session.platform));
    out.set_client_ip(std::move(session.client_ip));
  }

  void finish(const grpc::Status& status) {
    if (!std::exchange(finished_, true)) Finish(status);
  }

  std::shared_ptr<Shared> shared_;
  CometInstance self_;
  Holdings holdings_;
  SnapshotPart part_;
  std::size_t session_ = 0, room_ = 0;
  bool begun_ = false, finished_ = false;
};

}  // namespace

grpc::ServerWriteReactor<SnapshotPart>* start_snapshot(CometInstance self, const SnapshotRequest& request,
                                                       const SnapshotSource& source) {
  auto* stream = new SnapshotStream;
  if (request.comet() != self.number.value() || request.comet_epoch() != self.epoch.value() || request.comet() == 0) {
    stream->refuse({grpc::StatusCode::FAILED_PRECONDITION, "another instance of this comet is here"});
    return stream;
  }
  source(slots_from(request.slots()), [self, shared = stream->shared()](Holdings holdings) {
    const std::lock_guard lock(shared->mutex);
    if (shared->stream != nullptr) shared->stream->begin(self, std::move(holdings));
  });
  return stream;
}

}  // namespace im::comet
