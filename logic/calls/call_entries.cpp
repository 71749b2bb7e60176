#include "logic/calls/call_entries.hpp"

#include <algorithm>
#include <utility>

#include "common/base/when_all.hpp"
#include "common/keys/digest.hpp"
#include "logic/calls/call_commands.hpp"
#include "logic/calls/call_json.hpp"
#include "logic/calls/call_names.hpp"
#include "logic/calls/page_words.hpp"
#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMostCallees = 31;
constexpr std::size_t kMaxCaps = 4096;
constexpr std::int64_t kMostId = std::numeric_limits<std::int64_t>::max();
constexpr const char* kNoRoom = "they are at an old page, whose room this client does not say it can join";
constexpr std::size_t kOpenDigits = 9;  ///< a number that is shorter can be guessed

chat::Actor actor_of(const Caller& caller) { return {caller.uid, caller.device, caller.client_ip}; }

std::uint32_t read_kind_of(Fields& fields) {
  const std::uint32_t kind = read_kind(fields.text_or("kind", kMaxName, "audio"));
  if (kind == 0) fields.refuse("kind", "audio, video or screen");
  return kind;
}

void read_all_caps(Fields& fields, const json::object& object, pb::ApplyRequest& request) {
  read_caps(fields, request);
  request.set_payload(members_of(object, {"caps"}));
  if (request.payload().size() > kMaxCaps) fields.refuse("caps", "at most 4096 bytes");
}

bool can_join_rooms(const pb::ApplyRequest& request) {
  return std::ranges::find(request.caps(), kPageRoom) != request.caps().end();
}

/// "meeting:NUMBER" and the PIN's hash; the number alone must not be guessed.
void read_meeting(Fields& fields, pb::ApplyRequest& request) {
  const std::string number = fields.text("meeting_no", 18);
  const std::string pin = fields.text_or("pin", kMaxName, "");
  const bool digits = !number.empty() && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || (number.size() < kOpenDigits && pin.empty()))
    fields.refuse("meeting_no", "9 to 18 digits, or fewer with a \"pin\"");
  request.set_scope("meeting:" + number);
  if (!pin.empty()) request.set_pin(sha256_hex(number + ":" + pin));
}

}  // namespace

/// An invite on its way: each step is begun by the answer of the one before.
struct CallEntries::Invite {
  Caller caller;
  Reply reply;
  pb::ApplyRequest request;
  Uid callee;  ///< of a call of two
  bool busy = false;
};

CallEntries::CallEntries(Uses uses, int pair_invites)
    : uses_(uses), pairs_(Rate(), {{"call.invite", Rate(pair_invites / 60.0, pair_invites)}}) {}

void CallEntries::add_requests(RequestRouter& router) {
  const CommandRules rules{.on_connection = true, .user = true};
  router.on("call.invite", rules, [this](const Caller& caller, const json::object& object, const Reply& reply) {
    invite(caller, object, reply);
  });
  router.on("call.join", rules, [this](const Caller& caller, const json::object& object, const Reply& reply) {
    join(caller, object, reply);
  });
}

void CallEntries::invite(const Caller& caller, const json::object& object, const Reply& reply) {
  Fields fields(object);
  const auto call = std::make_shared<Invite>(Invite{caller, reply, {}, {}, false});
  call->request.set_op(pb::INVITE);
  call->request.set_client_id(fields.text("client_call_id", kMaxName));
  call->request.set_kind(read_kind_of(fields));
  call->request.set_room(fields.text_or("room", kMaxName, call->request.client_id()));
  read_all_caps(fields, object, call->request);
  fill_device(call->request, caller);
  const store::ConvId conv(fields.number_or("conv_id", 1, kMostId, 0));
  const bool ring = fields.flag_or("ring", true);
  std::vector<Uid> wanted;
  for (const std::int64_t uid : fields.numbers("callee", kMostCallees)) wanted.emplace_back(uid);
  if (!fields.failure() && conv.value() == 0 && wanted.size() != 1)
    fields.refuse("callee", "one user; several belong to a group's \"conv_id\"");
  if (fields.failure()) return reply(*fields.failure());
  uses_.pool.run(
      [this, actor = actor_of(caller), conv, wanted, ring] {
        return conv.value() > 0 ? uses_.targets.of_conversation(actor, conv, wanted, ring)
                                : uses_.targets.of_user(actor, wanted.front());
      },
      [this, call](const Result<CallTarget>& target) { found(call, target); });
}

/// Its caps are what it can: the room that it names, and nothing between the parties.
void CallEntries::page_asks(const Caller& caller, const PageAsk& ask, const Reply& reply) {
  const auto call = std::make_shared<Invite>(Invite{caller, reply, {}, {}, false});
  pb::ApplyRequest& request = call->request;
  request.set_op(pb::INVITE);
  request.set_client_id("page:" + std::to_string(monotonic_now().time_since_epoch().count()));
  request.set_kind(read_kind(ask.kind));
  request.set_room(ask.room);
  request.add_caps(std::string(kPageRoom));
  request.set_payload("\"caps\":[\"" + std::string(kPageRoom) + "\"]");
  fill_device(request, caller);
  request.mutable_device()->set_page(ask.fd);
  uses_.pool.run([this, actor = actor_of(caller), to = ask.to] { return uses_.targets.of_user(actor, to); },
                 [this, call](const Result<CallTarget>& target) { found(call, target); });
}

void CallEntries::found(const std::shared_ptr<Invite>& call, const Result<CallTarget>& target) {
  if (!target.ok()) return call->reply(target.error());
  const CallTarget& to = target.value();
  pb::ApplyRequest& request = call->request;
  if (!to.page.empty() && !request.device().page().empty())
    return call->reply(Failure{Code::kNotFound, "pages call each other by themselves", {}, {}});
  if (to.page.empty() && request.device().page().empty()) request.clear_room();
  if (!to.page.empty() && !can_join_rooms(request))
    return call->reply(Failure{Code::kNothingInCommon, kNoRoom, {}, {}});
  request.set_scope(to.scope);
  request.set_group(to.group);
  request.set_conv(to.conv.value());
  for (const Uid uid : to.callees) {
    auto& callee = *request.add_callees();
    callee.set_uid(uid.value());
    callee.set_told(!to.blocked && std::ranges::find(to.unwilling, uid) == to.unwilling.end());
    callee.set_page(to.page);
  }
  if (!to.group) return begin_pair(call, to.callees.front());
  begin_group(call);
}

/// Who is in another call is not rung, as who has blocked the caller; where nobody can say, they are.
void CallEntries::begin_group(const std::shared_ptr<Invite>& call) {
  WhenAll<> all([this, call](const Status&) { begin(call); });
  for (pb::Callee& callee : *call->request.mutable_callees()) {
    if (!callee.told()) continue;
    uses_.busy.claim(Uid(callee.uid()), call->request.scope(),
                     [call, &callee, part = all.part()](const Result<bool>& is_free) {
                       if (is_free.ok()) callee.set_told(is_free.value());
                       part(Ok{});
                     });
  }
}

void CallEntries::begin_pair(const std::shared_ptr<Invite>& call, Uid callee) {
  call->callee = callee;
  if (auto slow = take_pair(call->caller.uid, callee)) return call->reply(std::move(*slow));
  claim_caller(call);
}

std::optional<Failure> CallEntries::take_pair(Uid caller, Uid callee) {
  Caller pair;
  pair.key = std::to_string(caller.value()) + ":" + std::to_string(callee.value());
  const auto wait = pairs_.take_command(pair, "call.invite", monotonic_now());
  if (!wait) return std::nullopt;
  return Failure{
      Code::kSlowDown, "too many calls to this user", std::chrono::ceil<std::chrono::milliseconds>(*wait), {}};
}

void CallEntries::claim_caller(const std::shared_ptr<Invite>& call) {
  uses_.busy.claim(call->caller.uid, call->request.scope(), [this, call](const Result<bool>& is_free) {
    if (!is_free.ok()) return call->reply(is_free.error());
    if (!is_free.value()) return call->reply(Failure{Code::kConflict, "you are in another call", {}, {}});
    if (!call->request.callees(0).told()) return begin(call);
    claim_callee(call);
  });
}

void CallEntries::claim_callee(const std::shared_ptr<Invite>& call) {
  uses_.busy.claim(call->callee, call->request.scope(), [this, call](const Result<bool>& is_free) {
    if (!is_free.ok()) return call->reply(is_free.error());
    call->busy = !is_free.value();
    call->request.mutable_callees(0)->set_told(is_free.value());
    begin(call);
  });
}

void CallEntries::begin(const std::shared_ptr<Invite>& call) {
  const auto joined = uses_.asker.joined(call->caller.uid);
  uses_.asker.ask(call->request, [this, call, joined](const Result<pb::ApplyReply>& reply) {
    if (!reply.ok()) return call->reply(reply.error());
    if (reply.value().code() != 0) return call->reply(call_failure(reply.value(), call->caller.uid));
    if (call->busy) return refuse_busy(call, reply.value());
    json::object out;
    joined(reply.value(), out);
    call->reply(std::move(out));
  });
}

/// The call is made and ended all the same, so that the callee finds it in the conversation.
void CallEntries::refuse_busy(const std::shared_ptr<Invite>& call, const pb::ApplyReply& begun) {
  pb::ApplyRequest request;
  request.set_op(pb::BUSY);
  request.set_call(begun.record().id());
  request.set_to_user(call->callee.value());
  fill_device(request, call->caller);
  uses_.asker.ask(std::move(request), [call](const Result<pb::ApplyReply>& reply) {
    if (!reply.ok()) return call->reply(reply.error());
    Failure failure{Code::kBusy, "the user is in another call", {}, {}};
    failure.more = call_json(reply.value().record(), call->caller.uid);
    call->reply(std::move(failure));
  });
}

void CallEntries::join(const Caller& caller, const json::object& object, const Reply& reply) {
  Fields fields(object);
  pb::ApplyRequest request;
  request.set_op(pb::JOIN);
  request.set_group(true);
  request.set_kind(read_kind_of(fields));
  read_all_caps(fields, object, request);
  fill_device(request, caller);
  const store::ConvId conv(fields.number_or("conv_id", 1, kMostId, 0));
  if (conv.value() == 0) read_meeting(fields, request);
  if (fields.failure()) return reply(*fields.failure());
  const auto fill = uses_.asker.joined(caller.uid);
  if (conv.value() == 0) return uses_.asker.ask(std::move(request), fill, reply);
  uses_.pool.run(
      [this, actor = actor_of(caller), conv] { return uses_.targets.of_conversation(actor, conv, {}, false); },
      [this, request, fill, reply](const Result<CallTarget>& target) mutable {
        if (!target.ok()) return reply(target.error());
        if (!target.value().group) return reply(Failure{Code::kBadValue, "\"conv_id\" must be of a group", {}, {}});
        request.set_scope(target.value().scope);
        request.set_conv(target.value().conv.value());
        uses_.asker.ask(std::move(request), fill, reply);
      });
}

}  // namespace im::logic
