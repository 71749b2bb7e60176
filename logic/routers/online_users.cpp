#include "logic/routers/online_users.hpp"

#include <algorithm>

#include "common/base/slot.hpp"
#include "common/rpc/call.hpp"
#include "im/users.grpc.pb.h"

namespace im::logic {

namespace {

namespace pb = im::users;

struct OnlineParts {
  std::mutex mutex;
  OnlinePage page;
  bool any = false;

  void add(const Result<pb::OnlineReply>& reply) {
    const std::lock_guard lock(mutex);
    if (!reply.ok()) {
      page.complete = false;
      return;
    }
    any = true;
    for (const std::int64_t uid : reply.value().uids()) page.uids.emplace_back(uid);
  }
};

}  // namespace

std::vector<Uid> first_online(std::vector<Uid> all, std::size_t limit) {
  const auto place = [](Uid uid) { return std::pair(slot_of(uid.value()), uid); };
  std::sort(all.begin(), all.end(), [&place](Uid a, Uid b) { return place(a) < place(b); });
  all.erase(std::unique(all.begin(), all.end()), all.end());  // a slot that moves is at two routers for a moment
  if (all.size() > limit) all.resize(limit);
  return all;
}

void online_users_at_routers(RouterCalls& calls, Uid after, std::size_t limit,
                             std::function<void(Result<OnlinePage>)> done) {
  pb::OnlineRequest request;
  request.set_after(after.value());
  request.set_limit(static_cast<std::int32_t>(limit));
  auto parts = std::make_shared<OnlineParts>();
  WhenAll<> all([parts, limit, done = std::move(done)](const Status&) {
    if (!parts->any) return done(Error{Error::Code::kUnavailable, "no router answers"});
    parts->page.uids = first_online(std::move(parts->page.uids), limit);
    done(std::move(parts->page));
  });
  for (const int router : calls.map().answering()) {
    const std::shared_ptr<pb::Users::StubInterface> stub = pb::Users::NewStub(calls.map().channel(router));
    rpc::call<pb::OnlineReply>(
        request, calls.deadline(),
        [stub](grpc::ClientContext* context, const pb::OnlineRequest* ask, pb::OnlineReply* reply,
               std::function<void(grpc::Status)> finish) {
          stub->async()->Online(context, ask, reply, std::move(finish));
        },
        [parts, stub, settle = all.part()](const Result<pb::OnlineReply>& reply) {
          parts->add(reply);
          settle(Ok{});
        });
  }
}

}  // namespace im::logic
