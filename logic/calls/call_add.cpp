#include "logic/calls/call_add.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/json/array.hpp>

#include "logic/calls/call_event.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

constexpr std::size_t kMaxId = 64;
constexpr std::size_t kMostAdded = 31;
constexpr std::int64_t kMostSeq = std::numeric_limits<std::uint32_t>::max();

}  // namespace

/// On its way: each step is begun by the answer of the one before.
struct CallAdd::Asked {
  Caller caller;
  Reply reply;
  pb::ApplyRequest request;
  std::vector<std::int64_t> uids;
  std::string scope;
  std::vector<CallTarget> targets;
  json::array busy;  ///< of those, who is in another call
};

void CallAdd::add_requests(RequestRouter& router) {
  router.on(
      "call.add", {.on_connection = true, .user = true},
      [this](const Caller& caller, const json::object& object, const Reply& reply) { add(caller, object, reply); });
}

void CallAdd::add(const Caller& caller, const json::object& object, const Reply& reply) {
  Fields fields(object);
  const auto asked = std::make_shared<Asked>(Asked{caller, reply, {}, {}, {}, {}, {}});
  pb::ApplyRequest& request = asked->request;
  request.set_op(pb::ADD);
  request.set_call(read_call_id(fields.text("call_id", kMaxId)));
  request.set_party(read_party_id(fields.text("party_id", kMaxId)));
  request.set_cseq(static_cast<std::uint32_t>(fields.number_or("cseq", 0, kMostSeq, 0)));
  fill_device(request, caller);
  const std::vector<std::int64_t> uids = fields.numbers("callee", kMostAdded);
  if (!fields.failure() && uids.empty()) fields.refuse("callee", "1 to 31 users");
  if (fields.failure()) return reply(*fields.failure());
  if (request.call() == 0 || request.party() == 0) return reply(Failure{Code::kNotFound, "no such call", {}, {}});
  asked->uids = uids;
  look(asked);
}

/// Before anything is done for it: who asks is in the call.
void CallAdd::look(const std::shared_ptr<Asked>& asked) {
  pb::ApplyRequest look = asked->request;
  look.set_op(pb::LOOK);
  look.set_cseq(0);
  uses_.asker.ask(std::move(look), [this, asked](const Result<pb::ApplyReply>& reply) {
    if (!reply.ok()) return asked->reply(reply.error());
    const Caller& caller = asked->caller;
    if (reply.value().code() != 0) return asked->reply(call_failure(reply.value(), caller.uid));
    if (auto wrong = not_in(reply.value().record(), *asked)) return asked->reply(std::move(*wrong));
    if (auto slow = wanted(caller, asked->uids)) return asked->reply(std::move(*slow));
    asked->scope = reply.value().record().scope();
    uses_.pool.run([this, caller, uids = asked->uids] { return targets(caller, uids); },
                   [this, asked](const Result<std::vector<CallTarget>>& found_all) { found(asked, found_all); });
  });
}

std::optional<Failure> CallAdd::not_in(const pb::Record& record, const Asked& asked) {
  const auto me = std::ranges::find_if(record.parties(),
                                       [&asked](const pb::Party& one) { return one.id() == asked.request.party(); });
  if (me == record.parties().end() || me->device().uid() != asked.caller.uid.value())
    return Failure{Code::kForbidden, "\"party_id\" is not yours", {}, {}};
  if (!me->left()) return std::nullopt;
  const bool over = record.state() == call_event::kStateEnded;
  Failure failure{Code::kEnded, over ? "the call has ended" : "you have left the call", {}, {}};
  failure.more = call_json(record, asked.caller.uid);
  return failure;
}

std::optional<Failure> CallAdd::wanted(const Caller& caller, const std::vector<std::int64_t>& uids) {
  for (const std::int64_t uid : uids) {
    if (auto slow = entries_.take_pair(caller.uid, Uid(uid))) return slow;
  }
  return std::nullopt;
}

/// As for a call of the two: who may not call them may not add them.
Result<std::vector<CallTarget>> CallAdd::targets(const Caller& caller, const std::vector<std::int64_t>& uids) {
  std::vector<CallTarget> all;
  for (const std::int64_t uid : uids) {
    auto target = uses_.targets.of_user({caller.uid, caller.device, caller.client_ip}, Uid(uid));
    if (!target.ok()) return target.error();
    all.push_back(std::move(target.value()));
  }
  return all;
}

void CallAdd::found(const std::shared_ptr<Asked>& asked, const Result<std::vector<CallTarget>>& targets) {
  if (!targets.ok()) return asked->reply(targets.error());
  asked->targets = targets.value();
  for (const CallTarget& target : asked->targets) {
    if (!target.page.empty())
      return asked->reply(Failure{Code::kNothingInCommon, "an old page is in no group", {}, {}});
  }
  claim_next(asked, 0);
}

void CallAdd::claim_next(const std::shared_ptr<Asked>& asked, std::size_t at) {
  if (at == asked->targets.size()) return ring(asked);
  const CallTarget& target = asked->targets[at];
  const Uid uid = target.callees.front();
  const auto take = [this, asked, at, uid](bool told) {
    auto& callee = *asked->request.add_callees();
    callee.set_uid(uid.value());
    callee.set_told(told);
    claim_next(asked, at + 1);
  };
  if (target.blocked) return take(false);
  uses_.busy.claim(uid, asked->scope, [this, asked, at, uid, take](const Result<bool>& is_free) {
    if (!is_free.ok()) return asked->reply(is_free.error());
    if (is_free.value()) return take(true);
    asked->busy.emplace_back(uid.value());
    claim_next(asked, at + 1);
  });
}

void CallAdd::ring(const std::shared_ptr<Asked>& asked) {
  if (asked->request.callees().empty())
    return asked->reply(Failure{Code::kBusy, "they are in another call", {}, {}, {{"busy", asked->busy}}});
  uses_.asker.ask(
      asked->request,
      [asked](const pb::ApplyReply& reply, json::object& out) {
        out = call_json(reply.record(), asked->caller.uid);
        out["busy"] = asked->busy;
      },
      asked->reply);
}

}  // namespace im::logic
