#include "router/state/registry_link.hpp"

#include <utility>

#include "router/nodes/node_rows.hpp"

namespace im::router {

namespace {
constexpr std::chrono::milliseconds kLongPoll{2000};
}

RegistryLink::RegistryLink(Scheduler& scheduler, RouterState& state, const registry::Node& self,
                           std::function<std::string()> keeper)
    : state_(state),
      registry_(state, std::move(keeper)),
      lease_(std::make_shared<registry::NodeLease>(scheduler, registry_, self, registry::LeaseHooks())),
      watch_(std::make_shared<registry::NodeWatch>(
          scheduler, registry_, std::nullopt, kLongPoll,
          [this](Result<registry::NodeListing> listing) { followed(std::move(listing)); })) {}

void RegistryLink::start() {
  watch_->start();
  lease_->start();
}

void RegistryLink::stop() {
  watch_->stop();
  lease_->stop();
}

void RegistryLink::followed(Result<registry::NodeListing> listing) {
  if (!listing.ok() || !registry_.listed_by_keeper()) return;
  state_.heard_clock(listing.value().clock_us);
  std::vector<NodeRow> rows;
  for (registry::Node& node : listing.value().nodes) rows.push_back(row_of(std::move(node)));
  state_.follow(std::move(rows), listing.value().complete, listing.value().clock_us);
}

void RegistryLink::leave() {
  if (state_.leads()) registry_.unregister(lease_->ref(), [](const Result<Ok>&) {});
}

}  // namespace im::router
