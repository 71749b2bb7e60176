#pragma once

#include <string>
#include <vector>

#include "router/calls/call_machine.hpp"
#include "router/calls/call_mail.hpp"

namespace im::router {

/// A call under a clock of the test, and what everybody heard of it.
struct CallFixture {
  CallTimes times;
  CallLimits limits;
  std::uint64_t bits = 1;
  std::function<std::uint64_t()> random = [this] { return bits += 0x9e3779b97f4a7c15ULL; };
  CallMs now = 1'000'000;
  Call call;

  static constexpr std::int64_t kAnn = 1, kBob = 2, kEve = 3;

  CallTurn turn() { return {times, limits, random, now}; }
  static CallDevice device(std::int64_t uid, const std::string& key, std::uint32_t conn = 1) {
    return {Uid(uid), key, {CometNumber(1), InstanceEpoch(1)}, ConnId(0, static_cast<std::uint32_t>(uid), conn),
            key,      {}};
  }
  static CallCommand command(CallOp op, std::int64_t uid, const std::string& key, std::uint32_t party = 0) {
    CallCommand out;
    out.op = op;
    out.device = device(uid, key);
    out.party = PartyId(party);
    return out;
  }
  /// Ann calls Bob.
  CallAnswer invite() {
    CallCommand invite = command(CallOp::kInvite, kAnn, "ann");
    invite.client_id = "c1";
    invite.callees = {{Uid(kBob), true, false, false, {}, {}, {}}};
    return begin_call(call, invite, turn());
  }
  CallAnswer run(const CallCommand& one) { return apply(call, one, turn()); }
  CallAnswer run(CallOp op, std::int64_t uid, const std::string& key, std::uint32_t party = 0) {
    return run(command(op, uid, key, party));
  }
  void report(std::int64_t uid, const std::string& key, std::uint32_t party, const std::string& state) {
    CallCommand one = command(CallOp::kReport, uid, key, party);
    one.pc_state = state;
    one.inbound_ok = state == "connected";
    run(one);
  }
  /// Bob answers, and both report that they are connected.
  void talk() {
    invite();
    run(CallOp::kAccept, kBob, "bob");
    report(kAnn, "ann", 1, "connected");
    report(kBob, "bob", 2, "connected");
  }
  void pass(CallMs ms) {
    now += ms;
    expire(call, turn());
  }
  /// Steps that keep both parties heard.
  void pass_reporting(CallMs ms) {
    for (const CallMs end = now + ms; now < end;) {
      pass(times.heartbeat);
      report(kAnn, "ann", 1, "connected");
      report(kBob, "bob", 2, "connected");
    }
  }
  std::vector<SharedCallEvent> events() {
    auto all = hand_out(call, now, now);
    call.open.clear();
    return all;
  }
  /// "ended 1 hangup": kinds with whom they are for.
  static int count(const std::vector<SharedCallEvent>& events, CallEventKind kind, std::uint32_t to) {
    int found = 0;
    for (const auto& event : events) found += event->kind == kind && event->to == PartyId(to) ? 1 : 0;
    return found;
  }
};

}  // namespace im::router
