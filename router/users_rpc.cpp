#include "router/users_rpc.hpp"

#include <algorithm>
#include <utility>

#include "common/base/batch.hpp"
#include "im/users.grpc.pb.h"

namespace im::router {

namespace {

constexpr int kMostOnline = 1000;
constexpr int kMostLogins = 1000;

class UsersService final : public im::users::Users::CallbackService {
 public:
  UsersService(SessionRegistry& sessions, std::function<bool()> firm) : sessions_(sessions), firm_(std::move(firm)) {}

  grpc::ServerUnaryReactor* Online(grpc::CallbackServerContext* context, const im::users::OnlineRequest* request,
                                   im::users::OnlineReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(online(*request, *reply));
    return reactor;
  }

  grpc::ServerUnaryReactor* OfLogins(grpc::CallbackServerContext* context, const im::users::OfLoginsRequest* request,
                                     im::users::OfLoginsReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(of_logins(*request, *reply));
    return reactor;
  }

 private:
  grpc::Status online(const im::users::OnlineRequest& request, im::users::OnlineReply& reply) {
    if (request.after() < 0 || request.limit() < 1 || request.limit() > kMostOnline)
      return {grpc::StatusCode::INVALID_ARGUMENT, "a user, and 1 to 1000 of them"};
    if (!firm_()) return {grpc::StatusCode::UNAVAILABLE, "another router may have these slots"};
    for (const Uid uid : users_after(sessions_, Uid(request.after()), static_cast<std::size_t>(request.limit())))
      reply.add_uids(uid.value());
    return grpc::Status::OK;
  }

  grpc::Status of_logins(const im::users::OfLoginsRequest& request, im::users::OfLoginsReply& reply) {
    if (request.session_epochs_size() > kMostLogins) return {grpc::StatusCode::INVALID_ARGUMENT, "at most 1000 logins"};
    if (!firm_()) return {grpc::StatusCode::UNAVAILABLE, "another router may have these slots"};
    const CometInstance comet{CometNumber(request.comet().number()), InstanceEpoch(request.comet().epoch())};
    std::size_t bytes = 0;
    for (const SessionRow& row :
         sessions_.of_logins(comet, {request.session_epochs().begin(), request.session_epochs().end()})) {
      bytes += row.key.size() + kEntryBytes;
      if (bytes > kMaxBatchBytes) break;
      auto& session = *reply.add_sessions();
      session.set_uid(row.uid.value());
      session.set_key(row.key);
      session.set_session_epoch(row.epoch.value());
    }
    return grpc::Status::OK;
  }

  SessionRegistry& sessions_;
  const std::function<bool()> firm_;
};

}  // namespace

std::vector<Uid> users_after(SessionRegistry& sessions, Uid after, std::size_t limit) {
  std::vector<Uid> page;
  const bool first = after.value() <= 0;
  const std::size_t begin = first ? 0 : slot_of(after.value());
  for (std::size_t slot = begin; slot < kSlots && page.size() < limit; ++slot) {
    std::vector<Uid> users = sessions.users_of(slot);
    if (!first && slot == begin) std::erase_if(users, [after](Uid uid) { return uid <= after; });
    std::sort(users.begin(), users.end());
    const std::size_t taken = std::min(users.size(), limit - page.size());
    page.insert(page.end(), users.begin(), users.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  return page;
}

std::unique_ptr<grpc::Service> make_users_rpc(SessionRegistry& sessions, std::function<bool()> firm) {
  return std::make_unique<UsersService>(sessions, std::move(firm));
}

}  // namespace im::router
