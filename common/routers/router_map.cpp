#include "common/routers/router_map.hpp"

#include <algorithm>

#include "common/base/log.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "im/router.grpc.pb.h"

namespace im::routers {

namespace {

using namespace std::chrono_literals;
constexpr auto kEvery = 300ms;
constexpr auto kAtMost = 20ms;
constexpr auto kDeadline = 1000ms;
constexpr auto kLately = 3s;

RouterClaim claim_of(const im::router::SlotsReply& reply) {
  RouterClaim claim;
  claim.router_id = reply.router_id();
  claim.version = reply.version();
  claim.shared = reply.shared();
  claim.serving = reply.serving();
  for (int at = 0; at < std::min(reply.slots_size(), reply.epochs_size()); ++at)
    claim.slots.emplace_back(reply.slots(at), reply.epochs(at));
  for (const auto& peer : reply.peers()) claim.peers.push_back(peer.address());
  return claim;
}

}  // namespace

RouterMap::RouterMap(const std::vector<std::string>& seeds) {
  for (const auto& seed : seeds) learn(seed);
}

RouterMap::~RouterMap() { stop(); }

void RouterMap::start() {
  thread_ = std::thread([this] { run(); });
}

void RouterMap::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RouterMap::learn_of(const std::vector<std::string>& seeds) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& seed : seeds) learn(seed);
  }
  refresh();
}

/// Under the lock (or before start).
void RouterMap::learn(const std::string& address) {
  const bool known =
      std::any_of(routers_.begin(), routers_.end(), [&](const Router& one) { return one.address == address; });
  if (!known)
    routers_.push_back({.address = address,
                        .bulk = rpc::make_channel(address, pki::Role::kRouter),
                        .prompt = rpc::make_channel(address, pki::Role::kRouter)});
}

void RouterMap::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wanted_ = false;
    const int count = static_cast<int>(routers_.size());
    for (int at = 0; at < count; ++at) {
      if (std::exchange(routers_[static_cast<std::size_t>(at)].asking, true)) continue;
      ++asking_;
      lock.unlock();
      ask(at);
      lock.lock();
    }
    wake_.wait_for(lock, kAtMost, [this] { return stopping_; });
    wake_.wait_for(lock, kEvery, [this] { return stopping_ || wanted_; });
  }
  quiet_.wait_for(lock, kDeadline * 2, [this] { return asking_ == 0; });
}

void RouterMap::ask(int at) {
  im::router::SlotsRequest request;
  Channel channel;
  {
    const std::lock_guard lock(mutex_);
    const Router& router = routers_[static_cast<std::size_t>(at)];
    request.set_known_version(router.version);
    request.set_router_id(router.id);
    channel = router.prompt;
  }
  const std::shared_ptr<im::router::Router::Stub> stub = im::router::Router::NewStub(channel);
  rpc::call<im::router::SlotsReply>(
      std::move(request), kDeadline,
      [stub](grpc::ClientContext* context, const im::router::SlotsRequest* in, im::router::SlotsReply* out,
             std::function<void(grpc::Status)> finish) { stub->async()->Slots(context, in, out, std::move(finish)); },
      [this, stub, at](const Result<im::router::SlotsReply>& reply) {
        heard(at, reply.ok() ? Result<RouterClaim>(claim_of(reply.value())) : Result<RouterClaim>(reply.error()));
      });
}

void RouterMap::heard(int at, const Result<RouterClaim>& answer) {
  const std::lock_guard lock(mutex_);
  Router& router = routers_[static_cast<std::size_t>(at)];
  router.asking = false;
  if (answer.ok()) {
    router.answered = monotonic_now();
    router.error.clear();
    router.shared = answer.value().shared;
    believe(at, answer.value());
  } else {
    router.error = answer.error().message;
  }
  if (--asking_ == 0) quiet_.notify_all();
}

/// Caller holds the lock.
void RouterMap::believe(int at, const RouterClaim& claim) {
  Router& router = routers_[static_cast<std::size_t>(at)];
  if (claim.router_id == router.id && claim.version == router.version && claim.serving) return;
  slots_.heard(at, claim);
  // What it does not serve now is named again when it does.
  router.id = claim.serving ? claim.router_id : 0;
  router.version = claim.serving ? claim.version : 0;
  for (const auto& peer : claim.peers) learn(peer);
}

int RouterMap::owner_index(std::size_t slot) const {
  const std::lock_guard lock(mutex_);
  return slots_.owner(slot);
}

RouterMap::Channel RouterMap::channel(int index, Way way) const {
  const std::lock_guard lock(mutex_);
  if (index < 0) return nullptr;
  const Router& router = routers_[static_cast<std::size_t>(index)];
  return way == Way::kPrompt ? router.prompt : router.bulk;
}

RouterMap::Channel RouterMap::owner(std::size_t slot, Way way) const { return channel(owner_index(slot), way); }

std::vector<int> RouterMap::answering() const {
  const std::lock_guard lock(mutex_);
  std::vector<int> found;
  for (std::size_t at = 0; at < routers_.size(); ++at) {
    if (routers_[at].answered && monotonic_now() - *routers_[at].answered < kLately)
      found.push_back(static_cast<int>(at));
  }
  return found;
}

void RouterMap::refresh() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_all();
}

bool RouterMap::ready(std::string* detail) const {
  const std::lock_guard lock(mutex_);
  int lonely = 0;
  bool any = false;
  std::string errors;
  for (const Router& router : routers_) {
    const bool lately = router.answered && monotonic_now() - *router.answered < kLately;
    any = any || lately;
    if (lately && !router.shared) ++lonely;
    if (!router.error.empty()) errors += (errors.empty() ? "" : "; ") + router.address + ": " + router.error;
  }
  if (lonely > 1) {
    *detail = "several routers answer that keep their state in memory only: give them redis.addresses, or run one";
    return false;
  }
  if (!any) {
    *detail = errors;
    return false;
  }
  const std::size_t missing = kSlots - slots_.owned();
  if (missing > 0)
    *detail = std::to_string(missing) + " of 1024 slots have no router" + (errors.empty() ? "" : "; " + errors);
  return missing == 0;
}

}  // namespace im::routers
