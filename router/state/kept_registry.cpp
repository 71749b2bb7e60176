#include "router/state/kept_registry.hpp"

#include <utility>

#include "common/registry/grpc_registry.hpp"
#include "router/nodes/node_rows.hpp"

namespace im::router {

KeptRegistry::KeptRegistry(RouterState& state, std::function<std::string()> keeper)
    : state_(state), keeper_(std::move(keeper)), others_(registry::make_grpc_registry(keeper_)) {}

void KeptRegistry::register_node(const registry::Node& self, CometInstance previous, std::int64_t clock_us,
                                 Done<registry::Registration> done) {
  if (!state_.leads()) return others_->register_node(self, previous, clock_us, std::move(done));
  const auto registered = state_.register_node(row_of(self), previous);
  if (!registered.ok()) return done(registered.error());
  const auto lease = std::chrono::duration_cast<std::chrono::milliseconds>(state_.lease());
  done(registry::Registration{registered.value().self, lease, registered.value().kept, state_.clock_us()});
}

void KeptRegistry::renew(const registry::NodeRef& self, const registry::NodeLoad& load, std::int64_t clock_us,
                         Done<registry::Renewal> done) {
  if (!state_.leads()) return others_->renew(self, load, clock_us, std::move(done));
  done(registry::Renewal{state_.renew(self.kind, self.name, self.epoch, load), state_.clock_us()});
}

void KeptRegistry::unregister(const registry::NodeRef& node, Done<Ok> done) {
  if (!state_.leads()) return others_->unregister(node, std::move(done));
  state_.unregister(node.kind, node.name, node.epoch);
  done(Ok{});
}

void KeptRegistry::list(const registry::ListAsk& ask, Done<registry::NodeListing> done) {
  listed_by_ = state_.leads() ? std::string() : keeper_();
  if (listed_by_.empty()) return done(Error{Error::Code::kUnavailable, "no other router keeps the node list"});
  others_->list(ask, std::move(done));
}

}  // namespace im::router
