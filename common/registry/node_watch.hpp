#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"
#include "common/registry/registry.hpp"

namespace im::registry {

/// Follows the list of nodes by long poll; asks at once when told to. One thread, the scheduler's. After stop() or its
/// end the hook does not run.
class NodeWatch : public std::enable_shared_from_this<NodeWatch> {
 public:
  /// Every list, and every failure to get one.
  using Heard = std::function<void(Result<NodeListing>)>;
  /// `kind`: of these only. `wait`: of one long poll; a router that stands still is left after it.
  NodeWatch(Scheduler& scheduler, Registry& registry, std::optional<NodeKind> kind, std::chrono::milliseconds wait,
            Heard heard);
  void start() { poll(); }
  void stop() { stopped_ = true; }
  /// One request at a time: what is asked while one is under way is answered by the next.
  void refresh();

  bool up() const { return up_; }
  const std::string& detail() const { return detail_; }

 private:
  using Handle = void (NodeWatch::*)(Result<NodeListing>);
  void poll();
  void polled(Result<NodeListing> answer);
  void ask();
  void refreshed(Result<NodeListing> answer);
  void step_in(Duration delay, void (NodeWatch::*step)());
  Registrar::Done<NodeListing> posted(Handle handle);

  Scheduler& scheduler_;
  Registry& registry_;
  const std::optional<NodeKind> kind_;
  const std::chrono::milliseconds wait_;
  const Heard heard_;
  std::uint64_t router_id_ = 0, version_ = 0;  ///< of the last list; 0 = none
  bool asking_ = false;
  bool ask_again_ = false;
  bool stopped_ = false;
  bool up_ = false;
  std::string detail_ = "starting";
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::registry
