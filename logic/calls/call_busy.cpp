#include "logic/calls/call_busy.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "logic/calls/call_event.hpp"

namespace im::logic {

namespace {

namespace pb = im::calls;

/// Longer than any ringing, and than some reports in a row that get lost.
constexpr std::chrono::milliseconds kKept{150000};

std::string key_of(Uid uid) { return "busy/" + std::to_string(uid.value()); }

}  // namespace

bool rings_for(const pb::Record& record, Uid uid) {
  return record.state() != call_event::kStateEnded &&
         std::ranges::any_of(record.callees(), [uid](const pb::Callee& one) {
           return one.uid() == uid.value() && one.told() && !one.done();
         });
}

bool is_in_call(const pb::Record& record, Uid uid) {
  if (record.state() == call_event::kStateEnded) return false;
  return rings_for(record, uid) || std::ranges::any_of(record.parties(), [uid](const pb::Party& one) {
           return one.device().uid() == uid.value() && !one.left();
         });
}

void CallBusy::look(Uid uid, const std::string& scope, CallTable::Done<pb::ApplyReply> done) {
  pb::ApplyRequest request;
  request.set_op(pb::LOOK);
  request.set_scope(scope);
  request.mutable_device()->set_uid(uid.value());
  calls_.apply(std::move(request), std::move(done));
}

void CallBusy::claim(Uid uid, const std::string& scope, std::function<void(Result<bool>)> done) {
  shared_.put_if_absent(key_of(uid), scope, kKept,
                        [this, uid, scope, done = std::move(done)](Result<std::optional<std::string>> before) {
                          if (!before.ok()) return done(before.error());
                          if (before.value() && *before.value() == scope) keep(uid, scope);
                          if (!before.value() || *before.value() == scope) return done(true);
                          look(uid, *before.value(), [this, uid, scope, done](const Result<pb::ApplyReply>& other) {
                            if (!other.ok()) return done(other.error());
                            if (other.value().has_record() && is_in_call(other.value().record(), uid))
                              return done(false);
                            shared_.put(key_of(uid), scope, kKept, [done](const Status& put) {
                              if (!put.ok()) return done(put.error());
                              done(true);
                            });
                          });
                        });
}

void CallBusy::keep(Uid uid, const std::string& scope) {
  shared_.put(key_of(uid), scope, kKept, [](const Status&) {});
}

void CallBusy::scope_of(Uid uid, std::function<void(Result<std::optional<std::string>>)> done) {
  shared_.get(key_of(uid), std::move(done));
}

void CallBusy::newest(Uid uid, std::function<void(const pb::ApplyReply&)> found) {
  scope_of(uid, [this, uid, found = std::move(found)](const Result<std::optional<std::string>>& scope) {
    if (!scope.ok() || !scope.value()) return;
    look(uid, *scope.value(), [found](const Result<pb::ApplyReply>& reply) {
      if (reply.ok() && reply.value().has_record()) found(reply.value());
    });
  });
}

}  // namespace im::logic
