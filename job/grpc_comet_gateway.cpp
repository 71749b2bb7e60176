#include "job/grpc_comet_gateway.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <grpcpp/client_context.h>

#include "common/push/wire.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "common/rpc/server.hpp"
#include "im/comet.grpc.pb.h"

namespace im::job {

namespace {

constexpr std::chrono::seconds kGonePatience{3};

/// Counts the streams and calls that gRPC still knows.
struct LiveStreams {
  std::mutex mutex;
  std::condition_variable none;
  int count = 0;
};

comet::PushBatch hello_of(const StreamHello& hello) {
  comet::PushBatch message;
  auto& fields = *message.mutable_hello();
  fields.set_job(hello.job);
  fields.set_bus(hello.bus);
  fields.set_topic(hello.topic);
  fields.set_comet(hello.comet.instance.number.value());
  fields.set_comet_epoch(hello.comet.instance.epoch.value());
  return message;
}

void fill(comet::Delivery& out, const Delivery& delivery) {
  const auto& record = *delivery.record;
  const auto& conns = record.targets[delivery.target].conns;
  out.set_partition(record.partition);
  out.set_offset(record.offset);
  out.set_scope(to_wire(record.scope));
  for (const ConnId conn : conns) out.add_conns(conn.raw());
  out.set_room(record.room);
  out.set_speed(delivery.speed);
  out.set_content(record.content);
  for (const Uid uid : record.lookup_uids) out.add_lookup_uids(uid.value());
  for (const auto& key : record.lookup_keys) out.add_lookup_keys(key);
}

/// Lives until gRPC is done with it and the owner has let go. The events run on gRPC's threads.
class PushCall : public grpc::ClientBidiReactor<comet::PushBatch, comet::PushAck>,
                 public std::enable_shared_from_this<PushCall> {
 public:
  PushCall(const StreamHello& hello, StreamEvents events, std::shared_ptr<LiveStreams> live)
      : instance_(hello.comet.instance),
        events_(std::move(events)),
        live_(std::move(live)),
        stub_(comet::Comet::NewStub(rpc::make_channel({hello.comet.address}))),
        out_(hello_of(hello)) {}

  void start() {
    self_ = shared_from_this();
    {
      const std::lock_guard lock(live_->mutex);
      ++live_->count;
    }
    stub_->async()->Push(&context_, this);
    AddHold();  // writes come from outside the reactions
    StartRead(&in_);
    StartWrite(&out_);
    StartCall();
  }

  void write(const LinkBatch& batch) {
    out_.Clear();
    out_.set_first_seq(batch.first_seq);
    out_.set_missed(batch.missed);
    out_.mutable_restarted_partitions()->Add(batch.restarted_partitions.begin(), batch.restarted_partitions.end());
    for (const auto* delivery : batch.deliveries) fill(*out_.add_deliveries(), *delivery);
    const std::lock_guard lock(mutex_);
    if (held_) StartWrite(&out_);
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
    tell([](StreamEvents& events) { events.written(); });
  }

  void OnReadDone(bool ok) override {
    if (!ok) return end();
    const auto seq = in_.seq();
    if (std::exchange(answered_, true)) {
      tell([seq](StreamEvents& events) { events.acked(seq); });
    } else if (in_.comet() == instance_.number.value() && in_.comet_epoch() == instance_.epoch.value()) {
      half_open();
    } else {
      wrong_instance_ = true;
      return end();
    }
    StartRead(&in_);
  }

  void OnDone(const grpc::Status& status) override {
    Error error = status.ok() ? Error{Error::Code::kUnavailable, "the comet ended the stream"} : rpc::from_grpc(status);
    if (wrong_instance_) error = {Error::Code::kConflict, "another comet instance answers at this address"};
    tell([&error](StreamEvents& events) { events.ended(std::move(error)); });
    {
      const std::lock_guard lock(live_->mutex);
      if (--live_->count == 0) live_->none.notify_all();
    }
    auto last = std::move(self_);
  }

 private:
  // The answer to hello may overtake the notice that hello was written, and only one write may be under way.
  void half_open() {
    if (halves_.fetch_add(1) == 1) tell([](StreamEvents& events) { events.opened(); });
  }

  // gRPC calls OnDone once nothing is under way and the hold is gone.
  void end() {
    context_.TryCancel();
    const std::lock_guard lock(mutex_);
    if (std::exchange(held_, false)) RemoveHold();
  }

  template <class Event>
  void tell(Event event) {
    {
      const std::lock_guard lock(mutex_);
      if (abandoned_) return;
    }
    event(events_);
  }

  const CometInstance instance_;
  StreamEvents events_;
  std::shared_ptr<LiveStreams> live_;
  std::unique_ptr<comet::Comet::Stub> stub_;
  grpc::ClientContext context_;
  comet::PushBatch out_;  ///< owner's, and gRPC's between write() and OnWriteDone
  comet::PushAck in_;
  std::shared_ptr<PushCall> self_;  ///< gRPC's share in our life
  std::mutex mutex_;
  bool held_ = true;
  bool abandoned_ = false;
  std::atomic<int> halves_{0};
  bool hello_written_ = false;  ///< write reactions only
  bool answered_ = false;       ///< read reactions only
  bool wrong_instance_ = false;
};

class GrpcCometStream : public CometStream {
 public:
  explicit GrpcCometStream(std::shared_ptr<PushCall> call) : call_(std::move(call)) { call_->start(); }
  ~GrpcCometStream() override { call_->abandon(); }
  void write(const LinkBatch& batch) override { call_->write(batch); }

 private:
  std::shared_ptr<PushCall> call_;
};

class GrpcCometGateway : public CometGateway {
 public:
  ~GrpcCometGateway() override {
    std::unique_lock lock(live_->mutex);
    live_->none.wait_for(lock, std::chrono::seconds(5), [this] { return live_->count == 0; });
  }

  std::unique_ptr<CometStream> open(const StreamHello& hello, StreamEvents events) override {
    return std::make_unique<GrpcCometStream>(std::make_shared<PushCall>(hello, std::move(events), live_));
  }

  void tell_gone(const CometNode& comet) override {
    const std::shared_ptr<comet::Comet::Stub> stub = comet::Comet::NewStub(rpc::make_channel({comet.address}));
    comet::GoneRequest request;
    request.set_comet(comet.instance.number.value());
    request.set_comet_epoch(comet.instance.epoch.value());
    {
      const std::lock_guard lock(live_->mutex);
      ++live_->count;
    }
    rpc::call<comet::GoneReply>(
        std::move(request), kGonePatience,
        [stub](grpc::ClientContext* context, const comet::GoneRequest* ask, comet::GoneReply* reply,
               std::function<void(grpc::Status)> done) { stub->async()->Gone(context, ask, reply, std::move(done)); },
        [stub, live = live_](const Result<comet::GoneReply>&) {
          const std::lock_guard lock(live->mutex);
          if (--live->count == 0) live->none.notify_all();
        });
  }

 private:
  std::shared_ptr<LiveStreams> live_ = std::make_shared<LiveStreams>();
};

}  // namespace

std::unique_ptr<CometGateway> make_grpc_comet_gateway() { return std::make_unique<GrpcCometGateway>(); }

}  // namespace im::job
