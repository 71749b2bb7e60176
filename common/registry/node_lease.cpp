#include "common/registry/node_lease.hpp"

#include <ctime>
#include <utility>

#include "common/base/log.hpp"

namespace im::registry {

namespace {
constexpr std::chrono::milliseconds kRetry{500};
constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::seconds kStandstill{2};  // twice as long as between two looks
}  // namespace

std::chrono::nanoseconds boot_time() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

NodeLease::NodeLease(Scheduler& scheduler, Registrar& registrar, Node self, LeaseHooks hooks, BootClock boot)
    : scheduler_(scheduler),
      registrar_(registrar),
      self_(std::move(self)),
      hooks_(std::move(hooks)),
      boot_(std::move(boot)) {}

void NodeLease::start() {
  owner_.check();
  looked_ = boot_();
  enter();
  watch();
}

void NodeLease::stop() {
  owner_.check();
  stopped_ = true;
  ++turn_;
}

void NodeLease::renew_now() {
  owner_.check();
  if (registered() && !stopped_) renew();
}

void NodeLease::step_in(Duration delay, Step step) {
  scheduler_.post_after(delay, [weak = weak_from_this(), step, turn = turn_] {
    const auto self = weak.lock();
    if (self && self->turn_ == turn) ((*self).*step)();
  });
}

/// A callback for any thread: the answer is handled here, unless a later turn has begun.
template <class T>
Registrar::Done<T> NodeLease::posted(Answer<T> handle) {
  return [weak = weak_from_this(), &scheduler = scheduler_, handle, turn = ++turn_, asked = boot_()](Result<T> answer) {
    scheduler.post([weak, handle, turn, asked, answer = std::move(answer)] {
      const auto self = weak.lock();
      if (self && self->turn_ == turn) ((*self).*handle)(asked, answer);
    });
  };
}

void NodeLease::heard(std::int64_t clock_us) {
  if (clock_us > 0) clock_.heard(clock_us, scheduler_.now());
}

// ---- registering

void NodeLease::enter() {
  owner_.check();
  notice_standstill();
  registrar_.register_node(self_, self(), clock_.at(scheduler_.now()), posted<Registration>(&NodeLease::entered));
}

void NodeLease::entered(std::chrono::nanoseconds asked, const Result<Registration>& answer) {
  owner_.check();
  if (!answer.ok()) return refused(answer.error());
  const Registration& registration = answer.value();
  const bool first = !registered();
  if (!first && !registration.kept) hooks_.displaced();
  number_ = registration.self.number.value();
  epoch_ = registration.self.epoch.value();
  lease_ = registration.lease;
  lease_until_ = asked + lease_;
  given_up_ = name_taken_ = false;
  heard(registration.clock_us);
  log::info("registered", {{"number", number_.load()}, {"epoch", epoch_.load()}, {"kept", registration.kept}});
  step_in(lease_ / 3, &NodeLease::renew);
  hooks_.registered(registration, first);
}

void NodeLease::refused(const Error& error) {
  if (error.code == Error::Code::kConflict && !std::exchange(name_taken_, true))
    log::error("not in the node registry", {{"name", self_.name}, {"why", error.message}});
  hooks_.failed(error);
  step_in(kRetry, &NodeLease::enter);
}

// ---- renewing

void NodeLease::renew() {
  registrar_.renew(ref(), hooks_.load(), clock_.at(scheduler_.now()), posted<Renewal>(&NodeLease::renewed));
}

void NodeLease::renewed(std::chrono::nanoseconds asked, const Result<Renewal>& answer) {
  owner_.check();
  notice_standstill();
  if (!answer.ok()) {
    // The place stays ours: the registry forgets it only when the lease ends, and asks for everything afterwards.
    hooks_.failed(answer.error());
    return step_in(kRetry, &NodeLease::renew);
  }
  heard(answer.value().clock_us);
  // After a standstill the place is given up, though a registry that has not noticed yet would go on with it.
  switch (given_up_ ? LeaseState::kUnknown : answer.value().state) {
    case LeaseState::kOk:
      lease_until_ = asked + lease_;
      step_in(lease_ / 3, &NodeLease::renew);
      return hooks_.renewed();
    case LeaseState::kUnknown:
      log::warn("lease lost, registering again");
      return enter();
    case LeaseState::kFenced:
      log::warn("fenced: another instance has this node's name");
      give_up(LeaseEnd::kFenced);
      return enter();
  }
}

// ---- standing still

void NodeLease::watch() {
  if (stopped_) return;
  notice_standstill();
  scheduler_.post_after(kLook, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->watch();
  });
}

/// A node that stood still beyond its lease: others went on without it, so it asks for no old place. A node that ran
/// and heard of nobody is not concerned: then nobody can say that its lease is over.
void NodeLease::notice_standstill() {
  const auto now = boot_();
  const auto gap = now - std::exchange(looked_, now);
  if (lease_until_.count() == 0 || gap < kStandstill || now < lease_until_) return;
  log::warn("this node stood still and its lease is over", {{"seconds", gap / std::chrono::seconds(1)}});
  give_up(LeaseEnd::kSlept);
}

void NodeLease::give_up(LeaseEnd end) {
  given_up_ = true;
  number_ = 0;
  lease_until_ = {};
  hooks_.ended(end);
}

}  // namespace im::registry
