#include "logic/receive_rpc.hpp"

#include <algorithm>

#include "common/base/clock.hpp"

namespace im::logic {

namespace {

constexpr std::int32_t kOpRequest = 100;
constexpr std::int32_t kOpReply = 101;

Caller caller_of(const CallerSession& session) {
  Caller caller;
  caller.uid = Uid(session.uid());
  caller.key = session.key();
  caller.device = session.device();
  caller.epoch = SessionEpoch(session.session_epoch());
  caller.comet = {CometNumber(session.comet().number()), InstanceEpoch(session.comet().epoch())};
  caller.conn = ConnId(session.conn());
  caller.door = Door::kConnection;
  caller.said_hello = session.said_hello();
  if (session.dialect() == im::DIALECT_WEBIM) caller.family = ClientFamily::kWebim;
  caller.client_ip = session.client_ip();
  caller.transport = session.transport();
  return caller;
}

void fill(ReceiveReply& reply, const Answer& answer) {
  reply.set_operation(kOpReply);
  // A failure that says more than its code and text goes as it reads in JSON: no dialect has other words for it.
  if (const auto* failure = std::get_if<Failure>(&answer.result); failure != nullptr && failure->more.empty()) {
    reply.mutable_failure()->set_code(static_cast<std::int32_t>(failure->code));
    reply.mutable_failure()->set_error(failure->error);
    reply.mutable_failure()->set_retry_ms(failure->retry_in.count());
    return;
  }
  reply.set_body(to_json(answer));
  if (!answer.hello) return;
  reply.mutable_session()->mutable_hello()->set_device(answer.hello->device);
  reply.mutable_session()->mutable_hello()->set_max_body(answer.hello->max_body);
}

}  // namespace

std::int64_t ms_until(std::int64_t expires_s) {
  return expires_s == 0 ? 0 : std::max<std::int64_t>(expires_s * 1000 - unix_ms(), 1);
}

void ReceiveRpc::receive(const ReceiveRequest& request, ReceiveReply& reply, std::function<void()> done) {
  if (request.operation() == kOpRequest) return run_request(request, reply, std::move(done));
  const CallerSession& caller = request.caller();
  const ConnectionService::Packet packet{Uid(caller.uid()), caller.key(),       request.operation(),
                                         request.body(),    caller.client_ip(), caller.transport()};
  connections_.receive(packet, [&reply, done = std::move(done)](const ConnectionService::Answer& answer) {
    reply.set_body(answer.body);
    reply.set_operation(answer.op);
    if (answer.renewed) {
      reply.mutable_session()->set_renewed(true);
      reply.mutable_session()->set_expires_in_ms(ms_until(answer.expires_s));
      reply.mutable_session()->set_token_key(answer.token_key);
    }
    done();
  });
}

void ReceiveRpc::run_request(const ReceiveRequest& request, ReceiveReply& reply, std::function<void()> done) {
  requests_.run(caller_of(request.caller()), request.body(), [&reply, done = std::move(done)](const Answer& answer) {
    fill(reply, answer);
    done();
  });
}

}  // namespace im::logic
