#include "job/grpc_comet_gateway.hpp"

#include <chrono>
#include <utility>

#include "common/push/wire.hpp"
#include "common/rpc/batch_call.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "common/rpc/server.hpp"
#include "im/comet.grpc.pb.h"

namespace im::job {

namespace {

constexpr std::chrono::seconds kGonePatience{3};
constexpr std::chrono::seconds kEndPatience{5};

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
  out.set_written_ms(record.written_ms);
  for (const Uid uid : record.lookup_uids) out.add_lookup_uids(uid.value());
  for (const auto& key : record.lookup_keys) out.add_lookup_keys(key);
}

comet::PushBatch batch_of(const LinkBatch& batch) {
  comet::PushBatch out;
  out.set_first_seq(batch.first_seq);
  out.set_missed(batch.missed);
  out.mutable_restarted_partitions()->Add(batch.restarted_partitions.begin(), batch.restarted_partitions.end());
  for (const auto* delivery : batch.deliveries) fill(*out.add_deliveries(), *delivery);
  return out;
}

class GrpcCometStream : public CometStream {
 public:
  using Call = rpc::BatchCall<comet::PushBatch, comet::PushAck>;
  GrpcCometStream(const StreamHello& hello, StreamEvents events, std::shared_ptr<rpc::LiveCalls> live)
      : call_(std::make_shared<Call>(
            rpc::BatchEvents<comet::PushAck>{
                std::move(events.opened), std::move(events.written),
                [acked = std::move(events.acked)](const comet::PushAck& ack) { acked(ack.seq()); },
                std::move(events.ended)},
            [meant = hello.comet.instance](const comet::PushAck& answer) {
              return answer.comet() == meant.number.value() && answer.comet_epoch() == meant.epoch.value();
            },
            std::move(live))) {
    const std::shared_ptr<comet::Comet::Stub> stub =
        comet::Comet::NewStub(rpc::make_channel(hello.comet.address, pki::Role::kComet));
    call_->start(hello_of(hello),
                 [stub](grpc::ClientContext* context, auto* reactor) { stub->async()->Push(context, reactor); });
  }
  ~GrpcCometStream() override { call_->abandon(); }
  void write(const LinkBatch& batch) override { call_->write(batch_of(batch)); }

 private:
  std::shared_ptr<Call> call_;
};

class GrpcCometGateway : public CometGateway {
 public:
  ~GrpcCometGateway() override { live_->wait(kEndPatience); }

  std::unique_ptr<CometStream> open(const StreamHello& hello, StreamEvents events) override {
    return std::make_unique<GrpcCometStream>(hello, std::move(events), live_);
  }

  void tell_gone(const CometNode& comet) override {
    const std::shared_ptr<comet::Comet::Stub> stub =
        comet::Comet::NewStub(rpc::make_channel(comet.address, pki::Role::kComet));
    comet::GoneRequest request;
    request.set_comet(comet.instance.number.value());
    request.set_comet_epoch(comet.instance.epoch.value());
    live_->begin();
    rpc::call<comet::GoneReply>(
        std::move(request), kGonePatience,
        [stub](grpc::ClientContext* context, const comet::GoneRequest* ask, comet::GoneReply* reply,
               std::function<void(grpc::Status)> done) { stub->async()->Gone(context, ask, reply, std::move(done)); },
        [stub, live = live_](const Result<comet::GoneReply>&) { live->end(); });
  }

 private:
  std::shared_ptr<rpc::LiveCalls> live_ = std::make_shared<rpc::LiveCalls>();
};

}  // namespace

std::unique_ptr<CometGateway> make_grpc_comet_gateway() { return std::make_unique<GrpcCometGateway>(); }

}  // namespace im::job
