#include "router/calls/call_machine.hpp"

#include <algorithm>
#include <array>

#include "router/calls/call_add.hpp"
#include "router/calls/call_handlers.hpp"
#include "router/calls/call_steps.hpp"

namespace im::router {

namespace {

constexpr std::uint32_t kAnswersKept = 64;  // of one party's requests

struct Row {
  CallOp op;
  CallHandler handler;
  bool party;  ///< asks as a party, from the connection that the party is at
};
constexpr std::array kRows = {
    Row{CallOp::kInvite, on_invite_again, false},
    Row{CallOp::kRinging, on_ringing, false},
    Row{CallOp::kAccept, on_accept, false},
    Row{CallOp::kReject, on_reject, false},
    Row{CallOp::kBusy, on_busy, false},
    Row{CallOp::kGone, on_gone, false},
    Row{CallOp::kJoin, on_join, false},
    Row{CallOp::kTakeOver, on_take_over, false},
    Row{CallOp::kCancel, on_hangup, false},
    Row{CallOp::kHangup, on_hangup, false},
    Row{CallOp::kResume, on_resume, false},
    Row{CallOp::kSdp, on_relay, true},
    Row{CallOp::kIce, on_relay, true},
    Row{CallOp::kMedia, on_media, true},
    Row{CallOp::kReport, on_report, true},
    Row{CallOp::kLeave, on_leave, true},
    Row{CallOp::kScreen, on_screen, true},
    Row{CallOp::kHost, on_host, true},
    Row{CallOp::kAdd, on_add, true},
    Row{CallOp::kAlive, on_alive, true},
};

/// A user who was never asked and never joined hears that there is no such call.
bool concerns(const CallRecord& call, Uid uid) {
  return std::ranges::any_of(call.parties, [uid](const Party& one) { return one.device.uid == uid; }) ||
         std::ranges::any_of(call.callees, [uid](const Callee& one) { return one.uid == uid && one.told; });
}

/// What may still be said of a call that has ended: that it is over, once more.
CallAnswer after_the_end(const CallRecord& call, const CallCommand& command) {
  switch (command.op) {
    case CallOp::kHangup:
    case CallOp::kCancel:
    case CallOp::kReject:
    case CallOp::kLeave:
    case CallOp::kRinging:
    case CallOp::kBusy:
    case CallOp::kGone:
      return {};
    case CallOp::kAccept:
      // The loser of a race may come after a short call.
      if (const Party* winner = find_party(call, call.answered_by);
          winner != nullptr && winner->device.key != command.device.key)
        return refuse(4409, "answered on another device");
      return refuse(4410, "the call has ended");
    default:
      return refuse(4410, "the call has ended");
  }
}

const CallAnswer* repeated(const Mailbox& mail, std::uint32_t cseq) {
  const auto found = mail.answers.find(cseq);
  return cseq == 0 || found == mail.answers.end() ? nullptr : &found->second;
}

/// Thirty a second, sixty at once; hanging up is always heard.
bool too_fast(Mailbox& mail, const CallCommand& command, const CallTurn& turn, CallAnswer& answer) {
  if (command.op == CallOp::kHangup || command.op == CallOp::kCancel || command.op == CallOp::kLeave) return false;
  const CallMs next =
      std::max(std::min(mail.tokens_full_at, turn.now + turn.limits.burst_ms), turn.now) + turn.limits.every_ms;
  if (next - turn.now <= turn.limits.burst_ms) {
    mail.tokens_full_at = next;
    return false;
  }
  answer = refuse(4429, "too many signalling messages");
  answer.retry_ms = next - turn.now - turn.limits.burst_ms;
  return true;
}

/// What keeps a party from being served, if anything.
CallAnswer refuse_party(Call& call, const Party& me, const Row& row, const CallCommand& command, const CallTurn& turn) {
  Mailbox& mail = call.mail[me.id];
  if (command.cseq != 0 && !mail.answers.empty() && command.cseq + kAnswersKept <= mail.answers.rbegin()->first)
    return refuse(4408, "\"cseq\" is too old");
  if (row.party && me.left) return refuse(4410, "you have left the call");
  if (row.party && !me.device.same_route(command.device))
    return refuse(4409, "resume the call on this connection first");
  CallAnswer answer;
  too_fast(mail, command, turn, answer);
  return answer;
}

void remember(Mailbox& mail, std::uint32_t cseq, CallAnswer answer) {
  if (cseq == 0) return;
  answer.replay.clear();
  mail.answers[cseq] = std::move(answer);
  while (mail.answers.size() > kAnswersKept) mail.answers.erase(mail.answers.begin());
}

CallAnswer as_party(Call& call, Party& me, const Row& row, const CallCommand& command, const CallTurn& turn) {
  const PartyId id = me.id;
  const bool same_device = me.device.key == command.device.key;
  if (const CallAnswer* before = repeated(call.mail[id], command.cseq); before != nullptr && same_device)
    return *before;
  if (CallAnswer refused = refuse_party(call, me, row, command, turn); refused.code != 0) return refused;
  if (me.device.same_route(command.device)) mark_heard(call, me, turn);
  CallAnswer answer = row.handler(call, &me, command, turn);
  if (row.op != CallOp::kResume) remember(call.mail[id], command.cseq, answer);
  return answer;
}

}  // namespace

CallAnswer apply(Call& call, const CallCommand& command, const CallTurn& turn) {
  CallRecord& record = call.record;
  const bool entering = command.op == CallOp::kJoin || command.op == CallOp::kInvite || command.op == CallOp::kBusy;
  if (!entering && !concerns(record, command.device.uid)) return refuse(4404, "no such call");
  if (command.op == CallOp::kLook) return {};
  if (record.state == CallState::kEnded) return after_the_end(record, command);
  const auto row = std::ranges::find(kRows, command.op, &Row::op);
  if (row == kRows.end()) return refuse(4400, "no such operation");
  if (command.party == PartyId()) {
    if (row->party) return refuse(4422, "\"party_id\" is missing");
    // Hanging up needs no number: a user's own part is found, also by a request that was kept while offline.
    const bool ends = command.op == CallOp::kHangup || command.op == CallOp::kCancel;
    const auto mine = std::ranges::find_if(
        record.parties, [&command](const Party& one) { return !one.left && one.device.uid == command.device.uid; });
    Party* me = ends && mine != record.parties.end() ? &*mine : nullptr;
    return row->handler(call, me, command, turn);
  }
  Party* me = find_party(record, command.party);
  if (me == nullptr || me->device.uid != command.device.uid) return refuse(4403, "\"party_id\" is not yours");
  return as_party(call, *me, *row, command, turn);
}

}  // namespace im::router
