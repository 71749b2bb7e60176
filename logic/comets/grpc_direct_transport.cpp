#include "logic/comets/grpc_direct_transport.hpp"

#include <map>

#include "common/rpc/batch_call.hpp"
#include "common/rpc/channel.hpp"
#include "im/comet.grpc.pb.h"
#include "logic/comets/comet_tracer.hpp"

namespace im::logic {

namespace {

namespace ct = im::comet;

constexpr std::chrono::seconds kEndPatience{5};

/// Writes a command into its entry.
struct Fill {
  ct::DirectEntry& out;

  void operator()(const DirectPush& push) const {
    auto& deliver = *out.mutable_deliver();
    for (const ConnId conn : push.conns) deliver.add_conns(conn.raw());
    deliver.set_content(*push.content);
  }
  void operator()(const RoomChange& change) const {
    auto& rooms = change.join ? *out.mutable_join() : *out.mutable_leave();
    for (const ConnId conn : change.conns) rooms.add_conns(conn.raw());
    for (const RoomId& room : change.rooms) rooms.add_rooms(room.value());
  }
  void operator()(const Drain&) const { out.mutable_drain(); }
  void operator()(const Kick& kick) const {
    auto& wire = *out.mutable_kick();
    wire.set_uid(kick.uid.value());
    wire.set_key(kick.key);
    wire.set_token_key(kick.token_key);
    for (const auto& named : kick.conns) {
      auto& connection = *wire.add_connections();
      connection.set_conn(named.conn.raw());
      connection.set_session_epoch(named.session.value());
    }
    wire.set_reason(kick.replaced ? ct::DirectKick::REPLACED : ct::DirectKick::KICKED);
  }
};

ct::DirectBatch batch_of(const DirectLink::Batch& batch) {
  ct::DirectBatch out;
  out.set_first_seq(batch.first_seq);
  for (const CometCommand* command : batch.commands) std::visit(Fill{*out.add_commands()}, *command);
  return out;
}

ct::DirectBatch hello_of(const std::string& name, const CometInstance& comet) {
  ct::DirectBatch out;
  auto& hello = *out.mutable_hello();
  hello.set_logic(name);
  hello.set_comet(comet.number.value());
  hello.set_comet_epoch(comet.epoch.value());
  return out;
}

rpc::BatchEvents<ct::PushAck> events_of(DirectEvents events) {
  return {std::move(events.opened), std::move(events.written),
          [acked = std::move(events.acked)](const ct::PushAck& ack) {
            acked(ack.seq(), {ack.reached().begin(), ack.reached().end()});
          },
          std::move(events.ended)};
}

class GrpcDirectStream final : public DirectStream {
 public:
  using Call = rpc::BatchCall<ct::DirectBatch, ct::PushAck>;
  GrpcDirectStream(const std::shared_ptr<grpc::Channel>& channel, ct::DirectBatch hello, DirectEvents events,
                   std::shared_ptr<rpc::LiveCalls> live)
      : call_(std::make_shared<Call>(
            events_of(std::move(events)),
            [number = hello.hello().comet(), epoch = hello.hello().comet_epoch()](const ct::PushAck& answer) {
              return answer.comet() == number && answer.comet_epoch() == epoch;
            },
            std::move(live))) {
    const std::shared_ptr<ct::CometDirect::Stub> stub = ct::CometDirect::NewStub(channel);
    call_->start(std::move(hello),
                 [stub](grpc::ClientContext* context, auto* reactor) { stub->async()->Direct(context, reactor); });
  }
  ~GrpcDirectStream() override { call_->abandon(); }
  void write(const DirectLink::Batch& batch) override { call_->write(batch_of(batch)); }

 private:
  std::shared_ptr<Call> call_;
};

class GrpcDirectTransport final : public DirectTransport {
 public:
  GrpcDirectTransport(std::string name, std::chrono::milliseconds deadline)
      : name_(std::move(name)), deadline_(deadline) {}
  ~GrpcDirectTransport() override { live_->wait(kEndPatience); }
  std::unique_ptr<DirectStream> open(const CometPlace& comet, DirectEvents events) override {
    return std::make_unique<GrpcDirectStream>(channel_to(comet), hello_of(name_, comet.instance), std::move(events),
                                              live_);
  }
  void trace(const CometPlace& comet, const TraceAsk& ask, Traced done) override {
    trace_over(channel_to(comet), ask, deadline_, std::move(done));
  }
  void forget(const CometInstance& comet) override { channels_.erase(comet); }

 private:
  std::shared_ptr<grpc::Channel> channel_to(const CometPlace& comet) {
    auto& channel = channels_[comet.instance];
    if (!channel) channel = rpc::make_channel(comet.address, pki::Role::kComet);
    return channel;
  }

  const std::string name_;
  const std::chrono::milliseconds deadline_;
  std::map<CometInstance, std::shared_ptr<grpc::Channel>> channels_;
  std::shared_ptr<rpc::LiveCalls> live_ = std::make_shared<rpc::LiveCalls>();
};

}  // namespace

std::unique_ptr<DirectTransport> make_grpc_direct_transport(std::string name, std::chrono::milliseconds deadline) {
  return std::make_unique<GrpcDirectTransport>(std::move(name), deadline);
}

}  // namespace im::logic
