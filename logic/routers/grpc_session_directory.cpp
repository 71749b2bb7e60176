#include "logic/routers/grpc_session_directory.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "logic/routers/locate_batcher.hpp"
#include "logic/routers/router_locate.hpp"
#include "logic/routers/router_login.hpp"

namespace im::logic {

namespace {

namespace rt = im::router;
constexpr std::size_t kMaxWaiting = 20000;

/// Adds up what the routers say; the numbers of connections come from the one that keeps the node registry.
class OnlineSum {
 public:
  explicit OnlineSum(const OnlineAsk& ask) : ask_(ask) {
    for (const auto& room : ask.rooms) answer_.rooms.emplace_back(room, 0);
  }

  void add(const rt::OnlineReply& reply, bool registry) {
    const std::lock_guard lock(mutex_);
    for (const auto& room : reply.top()) answer_.top.emplace_back(room.room(), room.count());
    answer_.top_cut = answer_.top_cut || reply.top_cut();
    for (int at = 0; at < reply.rooms_size() && at < static_cast<int>(answer_.rooms.size()); ++at)
      answer_.rooms[static_cast<std::size_t>(at)].second += reply.rooms(at).count();
    if (registry) {
      answer_.connections = reply.conn_count();
      answer_.addresses = reply.ip_count();
    }
    answer_.sessions += reply.session_count();
    answer_.users += reply.user_count();
    answer_.room_count += reply.room_count();
    any_ = true;
  }
  bool any() const { return any_; }

  OnlineAnswer take() {
    std::stable_sort(answer_.top.begin(), answer_.top.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    answer_.top.resize(std::min(answer_.top.size(), static_cast<std::size_t>(std::max(0, ask_.top_limit))));
    return std::move(answer_);
  }

 private:
  const OnlineAsk ask_;
  std::mutex mutex_;
  OnlineAnswer answer_;
  bool any_ = false;
};

class GrpcLocatePort final : public LocatePort {
 public:
  explicit GrpcLocatePort(RouterCalls& calls) : calls_(calls) {}
  int owner_index(std::size_t slot) const override { return calls_.map().owner_index(slot); }
  void ask(int router, rt::LocateRequest request, std::chrono::milliseconds patience, Done done) override {
    calls_.to_router<rt::LocateReply>(router, std::move(request), &RouterCalls::Async::Locate,
                                      std::min(patience, calls_.deadline()), std::move(done));
  }
  void refresh() override { calls_.map().refresh(); }
  Scheduler& scheduler() override { return calls_.scheduler(); }

 private:
  RouterCalls& calls_;
};

class Directory final : public GrpcSessionDirectory {
 public:
  explicit Directory(RouterCalls& calls)
      : calls_(calls),
        port_(calls),
        batcher_(
            [this](LocateAsk ask, Done<LocateAnswer> done) {
              locate_at_routers(port_, patience_, std::move(ask),
                                [done = std::move(done)](LocateAnswer answer) { done(std::move(answer)); });
            },
            kMaxWaiting) {}

  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    batcher_.locate(std::move(ask), [this, done = std::move(done), begun = monotonic_now()](auto answer) {
      locate_times_.observe(monotonic_now() - begun);
      done(std::move(answer));
    });
  }
  const Histogram& locate_times() const override { return locate_times_; }
  std::uint64_t locate_calls() const override { return batcher_.calls(); }

  void bind(SessionInfo session, Done<BindAnswer> done) override { bind_at_routers(calls_, session, std::move(done)); }
  void take_back(SessionEnd session) override { take_back_at_routers(calls_, session); }
  void unbind(std::vector<SessionEnd> sessions, Done<std::int32_t> done) override {
    unbind_at_routers(calls_, sessions, std::move(done));
  }

  void online(OnlineAsk ask, Done<OnlineAnswer> done) override {
    rt::OnlineRequest request;
    request.set_top_type(ask.top_type);
    request.set_top_limit(ask.top_limit);
    for (const auto& room : ask.rooms) request.add_rooms(room);
    const std::vector<int> routers = calls_.map().answering();
    if (routers.empty()) return done(Error{Error::Code::kUnavailable, "no router answers"});
    const int registry = calls_.map().owner_index(kRegistrySlot);
    auto sum = std::make_shared<OnlineSum>(ask);
    // A router that does not answer is left out: the numbers are for people.
    WhenAll<> all([sum, done = std::move(done)](const Status&) {
      if (!sum->any()) return done(Error{Error::Code::kUnavailable, "no router answers"});
      done(sum->take());
    });
    for (const int router : routers) {
      auto copy = request;
      calls_.to_router<rt::OnlineReply>(
          router, std::move(copy), &RouterCalls::Async::Online, calls_.deadline(),
          [sum, settle = all.part(), keeps = router == registry](const Result<rt::OnlineReply>& reply) {
            if (reply.ok()) sum->add(reply.value(), keeps);
            settle(Ok{});
          });
    }
  }

 private:
  RouterCalls& calls_;
  GrpcLocatePort port_;
  const std::shared_ptr<RouterPatience> patience_ = std::make_shared<RouterPatience>();
  Histogram locate_times_;
  LocateBatcher batcher_;
};

}  // namespace

std::unique_ptr<GrpcSessionDirectory> make_grpc_session_directory(RouterCalls& calls) {
  return std::make_unique<Directory>(calls);
}

}  // namespace im::logic
