#include "router/state/registry_link.hpp"

#include <utility>

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kLongPoll{2000};
constexpr std::chrono::milliseconds kFollowAgain{100};
constexpr std::chrono::milliseconds kRenew{1000};
}  // namespace

RegistryLink::RegistryLink(Scheduler& scheduler, RouterState& state, PeerGateway& peers, NodeRow self,
                           std::function<std::string()> keeper)
    : scheduler_(scheduler), state_(state), peers_(peers), self_(std::move(self)), keeper_(std::move(keeper)) {}

void RegistryLink::start() {
  follow();
  enter();
}

// ---- the list

void RegistryLink::follow_in(std::chrono::milliseconds delay) {
  scheduler_.post_after(delay, [self = shared_from_this()] { self->follow(); });
}

void RegistryLink::follow() {
  if (stopped_) return;
  const std::string from = state_.leads() ? std::string() : keeper_();
  if (from.empty()) return follow_in(kFollowAgain);
  if (std::exchange(followed_from_, from) != from) version_ = 0;
  peers_.list_nodes(from, version_, kLongPoll, [self = shared_from_this(), from](Result<NodeListing> listing) {
    self->scheduler_.post(
        [self, from, listing = std::move(listing)]() mutable { self->followed(from, std::move(listing)); });
  });
}

void RegistryLink::followed(const std::string& from, Result<NodeListing> listing) {
  if (stopped_) return;
  // An answer of somebody who has lost the registry meanwhile is worth nothing.
  if (!listing.ok() || from != keeper_()) {
    version_ = 0;
    return follow_in(kFollowAgain);
  }
  version_ = listing.value().version;
  state_.heard_clock(listing.value().clock_us);
  state_.follow(std::move(listing.value().nodes), listing.value().complete);
  follow_in({});
}

// ---- this router in it

void RegistryLink::enter_in(std::chrono::milliseconds delay) {
  scheduler_.post_after(delay, [self = shared_from_this()] { self->enter(); });
}

void RegistryLink::enter() {
  if (stopped_) return;
  if (state_.leads()) return renew_here();
  const std::string address = keeper_();
  if (address.empty()) return enter_in(kFollowAgain);
  renew_there(address);
}

void RegistryLink::renew_here() {
  if (state_.renew(NodeKind::kRouter, self_.name, epoch_, {}) != NodeRegistry::Lease::kOk) {
    const auto registered = state_.register_node(self_, {});
    if (registered.ok()) epoch_ = registered.value().self.epoch;
  }
  enter_in(kRenew);
}

void RegistryLink::renew_there(const std::string& address) {
  peers_.renew_router(address, self_.name, epoch_, [self = shared_from_this(), address](Result<bool> known) {
    self->scheduler_.post([self, address, known = std::move(known)] {
      if (known.ok() && !known.value()) return self->register_there(address);
      self->enter_in(known.ok() ? kRenew : kFollowAgain);
    });
  });
}

void RegistryLink::register_there(const std::string& address) {
  peers_.register_router(address, self_, [self = shared_from_this()](Result<InstanceEpoch> epoch) {
    self->scheduler_.post([self, epoch = std::move(epoch)] {
      if (epoch.ok()) self->epoch_ = epoch.value();
      self->enter_in(kRenew);
    });
  });
}

void RegistryLink::leave() {
  if (state_.leads()) state_.unregister(NodeKind::kRouter, self_.name, epoch_);
}

}  // namespace im::router
