#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "common/base/result.hpp"
#include "common/registry/node.hpp"

namespace im::registry {

/// Where a node asks for its lease. Calls never block; each callback runs once, on any thread.
class Registrar {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~Registrar() = default;
  /// kConflict: another live instance at another address has this name. `previous`: what this node was before;
  /// `clock_us`: the cluster's clock as this node knows it, 0 = it does not.
  virtual void register_node(const Node& self, CometInstance previous, std::int64_t clock_us,
                             Done<Registration> done) = 0;
  virtual void renew(const NodeRef& self, const NodeLoad& load, std::int64_t clock_us, Done<Renewal> done) = 0;
};

/// What is asked of the list. An answer comes at once when the list is another than that of `known`, at the latest
/// after `wait`.
struct ListAsk {
  std::optional<NodeKind> kind;  ///< none = all
  std::uint64_t router_id = 0, version = 0;
  std::chrono::milliseconds wait{0};
};

/// The registry itself: leases and the list of who has one.
class Registry : public Registrar {
 public:
  virtual void unregister(const NodeRef& node, Done<Ok> done) = 0;
  virtual void list(const ListAsk& ask, Done<NodeListing> done) = 0;
};

}  // namespace im::registry
