#include "logic/events/grpc_event_source.hpp"

#include <mutex>
#include <utility>

#include "common/rpc/server.hpp"
#include "im/events.grpc.pb.h"
#include "logic/routers/session_convert.hpp"

namespace im::logic {

namespace {

namespace ev = im::events;

SlotEvent event_of(const ev::SlotEvent& message) {
  SlotEvent event{message.slot(), message.epoch(), message.number(), SlotBegan{}};
  if (message.has_known()) event.what = SlotKnown{};
  if (message.has_call()) event.what = CallChanged{message.call().told()};
  if (message.has_user())
    event.what = UserChanged{Uid(message.user().uid()), message.user().count(), infos_of(message.user().sessions())};
  return event;
}

/// The call. Lives until gRPC is done with it; its owner lets go of it with close().
class WatchCall final : public grpc::ClientBidiReactor<ev::WatchRequest, ev::EventPart>,
                        public std::enable_shared_from_this<WatchCall> {
 public:
  WatchCall(const std::shared_ptr<grpc::Channel>& channel, EventSource::Callbacks callbacks)
      : stub_(ev::SlotEvents::NewStub(channel)), callbacks_(std::move(callbacks)) {}

  void start(const std::string& watcher) {
    self_ = shared_from_this();
    stub_->async()->Watch(&context_, this);
    request_.set_watcher(watcher);
    StartWrite(&request_);
    StartRead(&part_);
    StartCall();
  }
  /// One batch is under way at a time, so the newest is the only one to be told.
  void settle(std::uint64_t batch) {
    const std::lock_guard lock(mutex_);
    settled_ = batch;
    if (!writing_) write_settled();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    context_.TryCancel();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ok && settled_ != 0) write_settled();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    for (const auto& event : part_.events()) events_.push_back(event_of(event));
    const std::lock_guard lock(mutex_);
    if (part_.last() && !closed_) callbacks_.batch(part_.batch(), std::exchange(events_, {}));
    StartRead(&part_);
  }
  void OnDone(const grpc::Status& status) override {
    {
      const std::lock_guard lock(mutex_);
      if (!closed_) callbacks_.ended(status.ok() ? Error{Error::Code::kUnavailable, "ended"} : rpc::from_grpc(status));
      closed_ = true;
    }
    self_.reset();
  }

 private:
  /// The caller holds the guard.
  void write_settled() {
    if (closed_) return;
    request_.Clear();
    request_.set_settled(std::exchange(settled_, 0));
    writing_ = true;
    StartWrite(&request_);
  }

  std::unique_ptr<ev::SlotEvents::Stub> stub_;
  grpc::ClientContext context_;
  const EventSource::Callbacks callbacks_;
  std::mutex mutex_;  ///< of what follows, and of calling back: none runs after close()
  bool closed_ = false, writing_ = true;
  std::uint64_t settled_ = 0;  ///< to be told when the write under way is done; 0 = nothing
  ev::WatchRequest request_;
  ev::EventPart part_;
  std::vector<SlotEvent> events_;
  std::shared_ptr<WatchCall> self_;
};

class GrpcEventStream final : public EventStream {
 public:
  explicit GrpcEventStream(std::shared_ptr<WatchCall> call) : call_(std::move(call)) {}
  ~GrpcEventStream() override { call_->close(); }
  void settle(std::uint64_t batch) override { call_->settle(batch); }

 private:
  std::shared_ptr<WatchCall> call_;
};

class GrpcEventSource final : public EventSource {
 public:
  GrpcEventSource(routers::RouterMap& routers, std::string watcher) : routers_(routers), watcher_(std::move(watcher)) {}

  std::vector<int> routers() override { return routers_.answering(); }
  std::unique_ptr<EventStream> open(int router, Callbacks callbacks) override {
    auto call = std::make_shared<WatchCall>(routers_.channel(router), std::move(callbacks));
    call->start(watcher_);
    return std::make_unique<GrpcEventStream>(std::move(call));
  }

 private:
  routers::RouterMap& routers_;
  const std::string watcher_;
};

}  // namespace

std::unique_ptr<EventSource> make_grpc_event_source(routers::RouterMap& routers, std::string watcher) {
  return std::make_unique<GrpcEventSource>(routers, std::move(watcher));
}

}  // namespace im::logic
