#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/support/server_callback.h>

#include "comet/rpc/ack_book.hpp"
#include "comet/rpc/this_comet.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// The comet's end of a stream of batches that begins with hello and is acknowledged as the workers take them
/// (comet.proto, Push and Direct). Reads no further than `kReadAhead` bytes ahead of the workers: so a worker that lags
/// holds back whoever writes. Deletes itself. The heirs' functions run one at a time, on gRPC's threads.
template <class Batch>
class BatchStream : public grpc::ServerBidiReactor<Batch, PushAck> {
 public:
  void OnReadDone(bool ok) final {
    if (!ok) {
      finish(grpc::Status::OK);
    } else if (batch_.has_hello()) {
      on_hello();
    } else if (!greeted_) {
      finish({grpc::StatusCode::INVALID_ARGUMENT, "the first message of a stream must be hello"});
    } else {
      on_batch();
    }
  }
  void OnWriteDone(bool ok) final {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->writing = false;
    }
    if (ok) progress(*shared_);
  }
  void OnDone() final { delete this; }

 protected:
  /// Says that a batch has been taken: once, on any thread, also when the stream is over.
  using Taken = std::function<void(std::vector<std::int32_t> reached)>;

  explicit BatchStream(CometInstance self) : self_(self), shared_(std::make_shared<Shared>()) {
    shared_->stream = this;
    shared_->reading = true;
    this->StartRead(&batch_);
  }
  const CometInstance& self() const { return self_; }

  /// How many seqs the batch has.
  virtual std::size_t count(const Batch& batch) const = 0;
  virtual void greeted(const Batch& hello) = 0;
  virtual void refused() = 0;
  virtual void take(Batch& batch, Taken taken) = 0;

 private:
  static constexpr std::size_t kReadAhead = 8U << 20;

  /// What outlives the stream: batches may be taken after it ended.
  struct Shared {
    std::mutex mutex;
    BatchStream* stream = nullptr;  ///< null once it is over
    AckBook book;
    bool writing = false;
    bool reading = false;  ///< a read runs, or what it brought is being looked at
    PushAck ack;
  };

  void finish(grpc::Status status) {
    {
      const std::lock_guard lock(shared_->mutex);
      if (std::exchange(shared_->stream, nullptr) == nullptr) return;
    }
    this->Finish(std::move(status));
  }

  void on_hello() {
    if (grpc::Status refusal = meant_for(self_, batch_.hello()); !refusal.ok()) {
      refused();
      return finish(std::move(refusal));
    }
    greeted(batch_);
    greeted_ = true;
    const std::lock_guard lock(shared_->mutex);
    shared_->ack.set_comet(self_.number.value());
    shared_->ack.set_comet_epoch(self_.epoch.value());
    shared_->writing = true;
    this->StartWrite(&shared_->ack);
    this->StartRead(&batch_);
  }

  void on_batch() {
    const std::size_t seqs = count(batch_);
    const std::uint64_t last = batch_.first_seq() + seqs - 1;
    if (seqs > 0) {
      const std::lock_guard lock(shared_->mutex);
      shared_->book.add(last, batch_.ByteSizeLong());
    }
    take(batch_, [shared = shared_, seqs, last](std::vector<std::int32_t> reached) {
      if (seqs == 0) return;
      {
        const std::lock_guard lock(shared->mutex);
        shared->book.taken(last, std::move(reached));
      }
      progress(*shared);
    });
    // Until here `reading` stands, so that no acknowledgement starts a read into the batch that is being looked at.
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->reading = false;
    }
    progress(*shared_);
  }

  /// Tells what may be told, and reads on when there is room.
  static void progress(Shared& shared) {
    const std::lock_guard lock(shared.mutex);
    if (shared.stream == nullptr) return;
    if (!shared.writing && shared.book.has_ack()) {
      auto next = shared.book.take_ack();
      shared.ack.Clear();
      shared.ack.set_seq(next.seq);
      shared.ack.mutable_reached()->Add(next.reached.begin(), next.reached.end());
      shared.writing = true;
      shared.stream->StartWrite(&shared.ack);
    }
    if (!shared.reading && shared.book.bytes() < kReadAhead) {
      shared.reading = true;
      shared.stream->StartRead(&shared.stream->batch_);
    }
  }

  const CometInstance self_;
  std::shared_ptr<Shared> shared_;
  bool greeted_ = false;
  Batch batch_;
};

}  // namespace im::comet
