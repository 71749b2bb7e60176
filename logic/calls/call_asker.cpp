#include "logic/calls/call_asker.hpp"

#include <utility>

#include "common/base/fault.hpp"
#include "logic/calls/call_event.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/calls/call_names.hpp"

namespace im::logic {

namespace json = boost::json;
namespace pb = im::calls;

void fill_device(pb::ApplyRequest& request, const Caller& caller) {
  pb::Device& device = *request.mutable_device();
  device.set_uid(caller.uid.value());
  device.set_key(caller.key);
  device.set_name(caller.device);
  if (caller.door != Door::kConnection) return;
  device.mutable_comet()->set_number(caller.comet.number.value());
  device.mutable_comet()->set_epoch(caller.comet.epoch.value());
  device.set_conn(caller.conn.raw());
}

/// Of a call that one may know of, the answer says what it is now.
Failure call_failure(const pb::ApplyReply& reply, Uid to) {
  Failure failure{static_cast<Code>(reply.code()), reply.error(), std::chrono::milliseconds(reply.retry_ms()), {}};
  if (reply.has_record() && reply.code() == static_cast<int>(Code::kEnded))
    failure.more = call_json(reply.record(), to);
  if (reply.has_record() && reply.code() == static_cast<int>(Code::kConflict))
    failure.more["call_id"] = call_id_text(reply.record().id());
  return failure;
}

void CallAsker::ask(pb::ApplyRequest request, CallTable::Done<pb::ApplyReply> done) {
  if (request.op() == pb::HANGUP) fault::fire("calls.before_end");
  calls_.apply(std::move(request), [this, done = std::move(done)](Result<pb::ApplyReply> reply) {
    if (reply.ok() && reply.value().record().state() == call_event::kStateEnded) fault::fire("calls.end_untold");
    if (reply.ok() && reply.value().has_record()) delivery_.deliver(reply.value().record(), reply.value().events());
    done(std::move(reply));
  });
}

void CallAsker::ask(pb::ApplyRequest request, const Fill& fill, const Reply& reply) {
  const Uid uid(request.device().uid());
  ask(std::move(request), [fill, reply, uid](const Result<pb::ApplyReply>& applied) {
    if (!applied.ok()) return reply(applied.error());
    if (applied.value().code() != 0) return reply(call_failure(applied.value(), uid));
    json::object out;
    if (fill) fill(applied.value(), out);
    reply(std::move(out));
  });
}

json::object CallAsker::ice(Uid uid) const { return ice_.for_user(uid, unix_ms() / 1000); }

CallAsker::Fill CallAsker::joined(Uid uid) const {
  return [this, uid](const pb::ApplyReply& reply, json::object& out) {
    const pb::Record& record = reply.record();
    out = call_json(record, uid);
    out["party_id"] = party_id_text(reply.party());
    out["party_token"] = reply.token();
    out["ring_ms"] = reply.ring_left_ms();
    out["merged"] = reply.merged();
    out["ice"] = ice(uid);
    for (const pb::Party& party : record.parties())
      if (!record.group() && !party.left() && party.id() != reply.party())
        out["peer_party"] = party_id_text(party.id());
  };
}

}  // namespace im::logic
