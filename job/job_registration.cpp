#include "job/job_registration.hpp"

#include <utility>

#include "common/base/log.hpp"

namespace im::job {

using namespace std::chrono_literals;

JobRegistration::JobRegistration(Scheduler& scheduler, RouterGateway& router, JobNode node)
    : scheduler_(scheduler), router_(router), node_(std::move(node)) {}

void JobRegistration::later(Duration delay, void (JobRegistration::*step)()) {
  scheduler_.post_after(delay, [weak = weak_from_this(), step] {
    if (const auto self = weak.lock(); self && !self->stopped_) ((*self).*step)();
  });
}

void JobRegistration::enter() {
  router_.register_job(node_, [weak = weak_from_this(), &scheduler = scheduler_](const Result<JobLease>& lease) {
    scheduler.post([weak, lease] {
      if (const auto self = weak.lock(); self && !self->stopped_) self->entered(lease);
    });
  });
}

void JobRegistration::entered(const Result<JobLease>& lease) {
  registered_ = lease.ok();
  if (lease) {
    complained_ = false;
    lease_ = lease.value();
    log::info("registered", {{"name", node_.name}, {"epoch", lease_.epoch}});
    later(lease_.duration / 3, &JobRegistration::renew);
    return;
  }
  // A router that is down is told by the health of "router"; a name that is taken is told here.
  if (lease.error().code == Error::Code::kConflict && !std::exchange(complained_, true)) {
    log::warn("not in the node registry", {{"name", node_.name}, {"reason", lease.error().message}});
  }
  later(2s, &JobRegistration::enter);
}

void JobRegistration::renew() {
  router_.renew_job(node_.name, lease_.epoch,
                    [weak = weak_from_this(), &scheduler = scheduler_](const Result<bool>& kept) {
                      scheduler.post([weak, kept] {
                        const auto self = weak.lock();
                        if (!self || self->stopped_) return;
                        const bool lost = kept.ok() && !kept.value();
                        self->later(lost ? Duration(0) : self->lease_.duration / 3,
                                    lost ? &JobRegistration::enter : &JobRegistration::renew);
                      });
                    });
}

void JobRegistration::stop(std::function<void()> done) {
  stopped_ = true;
  if (!registered_) return done();
  router_.unregister_job(node_.name, lease_.epoch, [done = std::move(done)](const Result<bool>&) { done(); });
}

}  // namespace im::job
