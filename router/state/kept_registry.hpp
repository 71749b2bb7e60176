#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/registry/registry.hpp"
#include "router/state/router_state.hpp"

namespace im::router {

/// The node registry for this router itself: its own while it keeps it, else that of the router which does. Domain
/// thread.
class KeptRegistry final : public registry::Registry {
 public:
  /// `keeper`: address of the router that has the registry's slot; "" = nobody known.
  KeptRegistry(RouterState& state, std::function<std::string()> keeper);

  void register_node(const registry::Node& self, CometInstance previous, std::int64_t clock_us,
                     Done<registry::Registration> done) override;
  void renew(const registry::NodeRef& self, const registry::NodeLoad& load, std::int64_t clock_us,
             Done<registry::Renewal> done) override;
  void unregister(const registry::NodeRef& node, Done<Ok> done) override;
  /// Of another router only: what this one keeps, it knows.
  void list(const registry::ListAsk& ask, Done<registry::NodeListing> done) override;
  /// The router that was asked for its list still keeps it. One that has lost it has nothing to say.
  bool listed_by_keeper() const { return !listed_by_.empty() && listed_by_ == keeper_(); }

 private:
  RouterState& state_;
  const std::function<std::string()> keeper_;
  const std::unique_ptr<registry::Registry> others_;
  std::string listed_by_;
};

}  // namespace im::router
