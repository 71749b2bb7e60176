#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/cluster_clock.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"
#include "common/registry/registry.hpp"

namespace im::registry {

/// Why a node gives up the place that it had.
enum class LeaseEnd : std::uint8_t {
  kFenced,  ///< another instance has its name
  kSlept,   ///< it stood still for longer than its lease: others have gone on without it
};

/// What a lease tells its node, on the lease's thread. Each may be left as it is.
struct LeaseHooks {
  std::function<NodeLoad()> load = [] { return NodeLoad(); };  ///< asked before each renewal
  /// `first`: of this process. Later ones with `kept` unset: a new place, the former one is nobody's.
  std::function<void(const Registration&, bool first)> registered = [](const Registration&, bool) {};
  /// The next registered() is of a new place: before anybody can see it in self().
  std::function<void()> displaced = [] {};
  std::function<void()> renewed = [] {};
  /// No answer, or the name is taken; it is asked again.
  std::function<void(const Error&)> failed = [](const Error&) {};
  std::function<void(LeaseEnd)> ended = [](LeaseEnd) {};
};

/// CLOCK_BOOTTIME: goes on while the machine sleeps, as the clocks of the others do.
std::chrono::nanoseconds boot_time();

/// A node's place in the registry: registers until it has one, renews it every third of the lease, registers again when
/// it is lost. One thread, the scheduler's, but for self() and registered(). After stop() or its end no hook runs.
class NodeLease : public std::enable_shared_from_this<NodeLease> {
 public:
  using BootClock = std::function<std::chrono::nanoseconds()>;
  NodeLease(Scheduler& scheduler, Registrar& registrar, Node self, LeaseHooks hooks, BootClock boot = boot_time);

  void start();
  void stop();
  /// What the load hook says has changed.
  void renew_now();

  CometInstance self() const { return {CometNumber(number_.load()), InstanceEpoch(epoch_.load())}; }
  bool registered() const { return epoch_.load() != 0; }
  NodeRef ref() const { return {self_.kind, self_.name, self().epoch}; }
  std::chrono::milliseconds lease() const { return lease_; }
  const ClusterClock& clock() const { return clock_; }

 private:
  using Step = void (NodeLease::*)();
  template <class T>
  using Answer = void (NodeLease::*)(std::chrono::nanoseconds asked, const Result<T>& answer);

  void enter();
  void entered(std::chrono::nanoseconds asked, const Result<Registration>& answer);
  void refused(const Error& error);
  void renew();
  void renewed(std::chrono::nanoseconds asked, const Result<Renewal>& answer);
  void watch();
  void notice_standstill();
  void give_up(LeaseEnd end);
  void heard(std::int64_t clock_us);
  void step_in(Duration delay, Step step);
  template <class T>
  Registrar::Done<T> posted(Answer<T> handle);

  Scheduler& scheduler_;
  Registrar& registrar_;
  const Node self_;
  const LeaseHooks hooks_;
  const BootClock boot_;
  std::atomic<std::uint32_t> number_{0};
  std::atomic<std::uint64_t> epoch_{0};
  std::chrono::milliseconds lease_{10000};
  ClusterClock clock_;
  std::chrono::nanoseconds lease_until_{0}, looked_{0};  ///< by `boot_`
  std::uint64_t turn_ = 0;                               ///< answers and timers of an earlier one are not looked at
  bool given_up_ = false;                                ///< the place is not ours any more, whatever the registry says
  bool name_taken_ = false;                              ///< logged once until the name is ours
  bool stopped_ = false;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::registry
