#include "logic/routers/node_list.hpp"

#include <algorithm>
#include <utility>

#include "common/registry/grpc_registry.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::milliseconds kLongPoll{1000};

}  // namespace

NodeList::NodeList(routers::RouterMap& routers, Scheduler& scheduler, const NodeInfo& self, Health& health)
    : routers_(routers),
      scheduler_(scheduler),
      health_(health),
      registry_(registry::make_grpc_registry(routers)),
      lease_(std::make_shared<registry::NodeLease>(scheduler, *registry_, self, registry::LeaseHooks())),
      // Long poll: a comet that registers is known here before its first client can be pushed to.
      watch_(std::make_shared<registry::NodeWatch>(
          scheduler, *registry_, std::nullopt, kLongPoll,
          [this](Result<registry::NodeListing> listing) { heard(std::move(listing)); })) {
  health_.set("router", false, "not asked yet");
}

void NodeList::start() {
  scheduler_.post([lease = lease_, watch = watch_] {
    watch->start();
    lease->start();
  });
}

void NodeList::stop() {
  scheduler_.post([lease = lease_, watch = watch_] {
    watch->stop();
    lease->stop();
  });
}

/// Ready: every slot has a router, and the one that keeps the node list answers.
void NodeList::look_at_routers(const std::string& detail) {
  std::string missing;
  const bool ready = routers_.ready(&missing);
  health_.set("router", ready && watch_->up(), !ready ? missing : detail);
}

void NodeList::heard(Result<registry::NodeListing> listing) {
  look_at_routers(listing.ok() ? std::string() : listing.error().message);
  if (!listing.ok()) return;
  registry::NodeListing& list = listing.value();
  const std::lock_guard lock(mutex_);
  answered_ = monotonic_now();
  comets_.heard(list, *answered_);
  nodes_ = std::move(list.nodes);
  version_ = list.version;
  complete_ = list.complete;
}

std::vector<NodeInfo> NodeList::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

NodeView NodeList::view() const {
  const std::lock_guard lock(mutex_);
  NodeView view{nodes_, version_, std::nullopt, complete_};
  if (answered_) view.age = std::chrono::duration_cast<std::chrono::milliseconds>(monotonic_now() - *answered_);
  return view;
}

std::uint64_t NodeList::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void NodeList::forget(CometNumber number, std::function<void(Status)> done) {
  const auto known = nodes();
  const auto node = std::find_if(known.begin(), known.end(), [number](const NodeInfo& one) {
    return one.kind == NodeKind::kComet && one.instance.number == number;
  });
  if (node == known.end()) return done(Ok{});  // its lease has ended: nothing of it is left
  registry_->unregister({node->kind, node->name, node->instance.epoch}, std::move(done));
}

std::optional<std::vector<CometInstance>> NodeList::comets_within(std::chrono::milliseconds age) const {
  const std::lock_guard lock(mutex_);
  return comets_.within(age, monotonic_now());
}

std::vector<CometInstance> NodeList::comets() const {
  const std::lock_guard lock(mutex_);
  return comets_.all();
}

}  // namespace im::logic
