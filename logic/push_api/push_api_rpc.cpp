#include "logic/push_api/push_api_rpc.hpp"

#include "common/keys/digest.hpp"
#include "im/push_api.grpc.pb.h"
#include "logic/push_api/push_id.hpp"

namespace im::logic {

namespace {

namespace v1 = im::push::v1;
using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

std::string metadata(const Context& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  return found == context.client_metadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

std::string credential_of(const Context& context) {
  const std::string authorization = metadata(context, "authorization");
  if (authorization.starts_with("Bearer ")) return authorization.substr(7);
  return metadata(context, "x-api-key");
}

/// "ipv4:1.2.3.4:5" and "ipv6:%5B::1%5D:5" without the port.
std::string client_of(const Context& context) {
  const std::string peer = context.peer();
  return peer.substr(0, peer.rfind(':'));
}

grpc::StatusCode code_of(int http_status) {
  switch (http_status) {
    case 400:
    case 413:
    case 422:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case 401:
      return grpc::StatusCode::UNAUTHENTICATED;
    case 403:
      return grpc::StatusCode::PERMISSION_DENIED;
    case 404:
      return grpc::StatusCode::NOT_FOUND;
    case 409:
      return grpc::StatusCode::ABORTED;
    case 429:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case 503:
      return grpc::StatusCode::UNAVAILABLE;
    default:
      return grpc::StatusCode::INTERNAL;
  }
}

void refuse(Context* context, Reactor* reactor, const Problem& problem) {
  context->AddTrailingMetadata("problem-code", problem.code);
  if (!problem.pointer.empty()) context->AddTrailingMetadata("problem-pointer", problem.pointer);
  if (problem.retry_after_s > 0) context->AddTrailingMetadata("retry-after", std::to_string(problem.retry_after_s));
  reactor->Finish({code_of(problem.status), problem.title + ": " + problem.detail});
}

PushCommand command_of(const v1::PushRequest& request) {
  PushCommand command;
  command.operation = request.operation();
  command.body = request.body();
  command.report = request.report();
  if (request.has_keys()) {
    command.to = PushCommand::To::kKeys;
    command.keys.assign(request.keys().keys().begin(), request.keys().keys().end());
  } else if (request.to_case() == v1::PushRequest::kRoom) {
    command.to = PushCommand::To::kRoom;
    command.room = request.room();
  } else if (request.has_all()) {
    command.to = PushCommand::To::kAll;
    command.speed = request.all().speed();
  } else {
    command.users.assign(request.users().uids().begin(), request.users().uids().end());
  }
  return command;
}

void fill(v1::Targets& out, const PushReach& reach) {
  out.set_queued(reach.queued);
  out.set_offline(reach.offline);
  out.set_unknown(reach.unknown);
}

template <class Out>
void fill_reach(Out& out, const PushReach& reach) {
  fill(*out.mutable_targets(), reach);
  if (reach.sessions) out.set_sessions(*reach.sessions);
}

void fill(v1::FateReply& out, const PushFate& fate) {
  fill(*out.mutable_targets(), fate.reach);
  out.set_comets_asked(static_cast<std::uint32_t>(fate.reach.comets.size()));
  out.set_comets_reported(fate.comets_reported);
  out.set_delivered(fate.copies.delivered);
  out.set_missed(fate.copies.missed);
  out.set_dropped(fate.copies.dropped);
  out.set_unwanted(fate.copies.unwanted);
}

class PushApiRpc final : public v1::PushApi::CallbackService {
 public:
  PushApiRpc(PushApi& api, PushLimits limits) : api_(api), limits_(limits) {}

  Reactor* Push(Context* context, const v1::PushRequest* request, v1::PushReply* reply) override {
    return run(context, {request}, request->SerializeAsString(), [reply](const PushAnswer& answer) {
      reply->set_id(answer.outcomes.front().id);
      reply->set_replayed(answer.replayed);
      fill_reach(*reply, answer.outcomes.front().reach);
      return answer.outcomes.front().problem;
    });
  }

  Reactor* PushBatch(Context* context, const v1::PushBatchRequest* request, v1::PushBatchReply* reply) override {
    std::vector<const v1::PushRequest*> pushes;
    for (const auto& push : request->pushes()) pushes.push_back(&push);
    return run(context, pushes, request->SerializeAsString(), [reply](const PushAnswer& answer) {
      reply->set_replayed(answer.replayed);
      for (const auto& outcome : answer.outcomes) {
        auto& result = *reply->add_results();
        result.set_id(outcome.id);
        if (!outcome.problem) {
          fill_reach(result, outcome.reach);
          continue;
        }
        result.set_problem_code(outcome.problem->code);
        result.set_problem_detail(outcome.problem->detail);
      }
      return std::optional<Problem>();
    });
  }

  Reactor* Fate(Context* context, const v1::FateRequest* request, v1::FateReply* reply) override {
    auto* reactor = context->DefaultReactor();
    auto key = api_.authenticate(credential_of(*context), client_of(*context));
    if (auto* problem = std::get_if<Problem>(&key)) {
      refuse(context, reactor, *problem);
      return reactor;
    }
    api_.fate(std::get<ApiKey>(key), request->id().substr(0, 64),
              [context, reactor, reply](const std::variant<PushFate, Problem>& fate) {
                if (const auto* problem = std::get_if<Problem>(&fate)) return refuse(context, reactor, *problem);
                fill(*reply, std::get<PushFate>(fate));
                reactor->Finish(grpc::Status::OK);
              });
    return reactor;
  }

 private:
  template <class Fill>
  Reactor* run(Context* context, const std::vector<const v1::PushRequest*>& pushes, const std::string& fingerprint,
               Fill fill) {
    auto* reactor = context->DefaultReactor();
    const std::string asked = metadata(*context, "x-request-id");
    context->AddInitialMetadata("x-request-id", asked.empty() ? make_push_id() : asked);
    auto call = read(*context, pushes);
    if (auto* problem = std::get_if<Problem>(&call)) {
      refuse(context, reactor, *problem);
      return reactor;
    }
    std::get<PushCall>(call).fingerprint = sha256_hex(fingerprint);
    api_.push(std::get<PushCall>(std::move(call)),
              [context, reactor, fill](const std::variant<PushAnswer, Problem>& result) {
                if (const auto* problem = std::get_if<Problem>(&result)) {
                  refuse(context, reactor, *problem);
                  return;
                }
                if (const auto problem = fill(std::get<PushAnswer>(result))) {
                  refuse(context, reactor, *problem);
                  return;
                }
                reactor->Finish(grpc::Status::OK);
              });
    return reactor;
  }

  std::variant<PushCall, Problem> read(const Context& context, const std::vector<const v1::PushRequest*>& pushes) {
    auto key = api_.authenticate(credential_of(context), client_of(context));
    if (auto* problem = std::get_if<Problem>(&key)) return std::move(*problem);
    PushCall call{std::get<ApiKey>(std::move(key)), {}, metadata(context, "idempotency-key"), ""};
    if (call.idempotency_key.size() > 200) return invalid("idempotency-key: at most 200 characters");
    if (pushes.empty() || pushes.size() > limits_.batch)
      return invalid("must have 1 to " + std::to_string(limits_.batch) + " entries", "/pushes");
    for (const auto* push : pushes) {
      const std::string at = pushes.size() > 1 ? "/pushes/" + std::to_string(call.pushes.size()) : "";
      call.pushes.push_back(command_of(*push));
      if (auto problem = check(call.pushes.back(), limits_, at)) return std::move(*problem);
    }
    return call;
  }

  im::logic::PushApi& api_;
  PushLimits limits_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_push_api_service(PushApi& api, PushLimits limits) {
  return std::make_unique<PushApiRpc>(api, limits);
}

}  // namespace im::logic
