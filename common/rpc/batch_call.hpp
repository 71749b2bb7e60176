#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include "common/base/result.hpp"
#include "common/rpc/live_calls.hpp"
#include "common/rpc/server.hpp"

namespace im::rpc {

/// What happens on a stream of batches. Called on gRPC's threads, in order; none begins after abandon().
template <class Ack>
struct BatchEvents {
  std::function<void()> opened;           ///< hello was written and answered by whom we meant
  std::function<void()> written;          ///< the last write() was taken, the next may come
  std::function<void(const Ack&)> acked;  ///< every later message of the other side
  std::function<void(Error)> ended;       ///< last event. kConflict: another instance is at that address
};

/// The caller's end of a stream of batches: hello first, then one write at a time, acknowledgements as they come.
/// Lives until gRPC is done with it and the owner has let go.
template <class Batch, class Ack>
class BatchCall final : public grpc::ClientBidiReactor<Batch, Ack>,
                        public std::enable_shared_from_this<BatchCall<Batch, Ack>> {
 public:
  using Meant = std::function<bool(const Ack&)>;  ///< the answer to hello is from the instance we mean
  BatchCall(BatchEvents<Ack> events, Meant meant, std::shared_ptr<LiveCalls> live)
      : events_(std::move(events)), meant_(std::move(meant)), live_(std::move(live)) {}

  /// `begin(context, reactor)` makes the call of a stub that it keeps.
  void start(Batch hello, std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Batch, Ack>*)> begin) {
    self_ = this->shared_from_this();
    begin_ = std::move(begin);
    out_ = std::move(hello);
    live_->begin();
    begin_(&context_, this);
    this->AddHold();  // writes come from outside the reactions
    this->StartRead(&in_);
    this->StartWrite(&out_);
    this->StartCall();
  }

  /// One thread at a time; not before `opened`, at most once between two `written`.
  void write(Batch batch) {
    out_ = std::move(batch);
    const std::lock_guard lock(mutex_);
    if (held_) this->StartWrite(&out_);
  }

  /// The owner lets go: no event begins after this.
  void abandon() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    end();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return end();
    if (!std::exchange(hello_written_, true)) return half_open();
    tell([](BatchEvents<Ack>& events) { events.written(); });
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end();
    if (std::exchange(answered_, true)) {
      tell([this](BatchEvents<Ack>& events) { events.acked(in_); });
    } else if (meant_(in_)) {
      half_open();
    } else {
      another_ = true;
      return end();
    }
    this->StartRead(&in_);
  }

  void OnDone(const grpc::Status& status) override {
    Error error = status.ok() ? Error{Error::Code::kUnavailable, "the other side ended the stream"} : from_grpc(status);
    if (another_) error = {Error::Code::kConflict, "another instance answers at this address"};
    tell([&error](BatchEvents<Ack>& events) { events.ended(std::move(error)); });
    live_->end();
    auto last = std::move(self_);
  }

 private:
  // The answer to hello may overtake the notice that hello was written, and only one write may be under way.
  void half_open() {
    if (halves_.fetch_add(1) == 1) tell([](BatchEvents<Ack>& events) { events.opened(); });
  }

  // gRPC calls OnDone once nothing is under way and the hold is gone.
  void end() {
    context_.TryCancel();
    const std::lock_guard lock(mutex_);
    if (std::exchange(held_, false)) this->RemoveHold();
  }

  template <class Event>
  void tell(Event event) {
    {
      const std::lock_guard lock(mutex_);
      if (abandoned_) return;
    }
    event(events_);
  }

  BatchEvents<Ack> events_;
  Meant meant_;
  std::shared_ptr<LiveCalls> live_;
  std::function<void(grpc::ClientContext*, grpc::ClientBidiReactor<Batch, Ack>*)> begin_;
  grpc::ClientContext context_;
  Batch out_;  ///< the owner's, and gRPC's between write() and OnWriteDone
  Ack in_;
  std::shared_ptr<BatchCall> self_;  ///< gRPC's share in our life
  std::mutex mutex_;
  bool held_ = true;
  bool abandoned_ = false;
  std::atomic<int> halves_{0};
  bool hello_written_ = false;  ///< write reactions only
  bool answered_ = false;       ///< read reactions only
  bool another_ = false;
};

}  // namespace im::rpc
