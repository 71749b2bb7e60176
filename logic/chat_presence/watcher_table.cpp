#include "logic/chat_presence/watcher_table.hpp"

#include "logic/chat_presence/user_rounds.hpp"

namespace im::logic {

namespace {

namespace pb = im::presence;

std::vector<std::int64_t> numbers_of(const std::vector<Uid>& uids) {
  std::vector<std::int64_t> out;
  out.reserve(uids.size());
  for (const Uid uid : uids) out.push_back(uid.value());
  return out;
}

class GrpcWatcherTable final : public WatcherTable {
 public:
  explicit GrpcWatcherTable(RouterCalls& calls) : calls_(calls) {}

  void watch(Uid watcher, const std::vector<Uid>& uids, std::chrono::milliseconds ttl,
             std::function<void(Result<std::vector<Uid>>)> done) override {
    using Rounds = UserRounds<pb::WatchRequest, pb::WatchReply>;
    pb::WatchRequest base;
    base.set_watcher(watcher.value());
    base.set_ttl_ms(ttl.count());
    const auto refused = std::make_shared<std::vector<Uid>>();
    Rounds::Ends ends;
    ends.take = [refused](const pb::WatchReply& reply) {
      for (const std::int64_t uid : reply.refused()) refused->emplace_back(uid);
    };
    ends.done = [refused, done = std::move(done)](const Status& status) {
      done(status.ok() ? Result<std::vector<Uid>>(*refused) : Result<std::vector<Uid>>(status.error()));
    };
    const Rounds::Method method = &RouterCalls::WatchersAsync::Watch;
    std::make_shared<Rounds>(calls_, base, method, std::move(ends))->ask(numbers_of(uids));
  }

  void list(const std::vector<Uid>& uids, std::function<void(Result<Watchers>)> done) override {
    using Rounds = UserRounds<pb::ListRequest, pb::ListReply>;
    const auto watchers = std::make_shared<Watchers>();
    Rounds::Ends ends;
    ends.take = [watchers](const pb::ListReply& reply) {
      for (const auto& one : reply.watched()) {
        auto& list = (*watchers)[Uid(one.uid())];
        for (const std::int64_t uid : one.watchers()) list.emplace_back(uid);
      }
    };
    ends.done = [watchers, done = std::move(done)](const Status& status) {
      done(status.ok() ? Result<Watchers>(*watchers) : Result<Watchers>(status.error()));
    };
    const Rounds::Method method = &RouterCalls::WatchersAsync::List;
    std::make_shared<Rounds>(calls_, pb::ListRequest(), method, std::move(ends))->ask(numbers_of(uids));
  }

 private:
  RouterCalls& calls_;
};

}  // namespace

std::unique_ptr<WatcherTable> make_grpc_watcher_table(RouterCalls& calls) {
  return std::make_unique<GrpcWatcherTable>(calls);
}

}  // namespace im::logic
