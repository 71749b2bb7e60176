#pragma once

#include <functional>
#include <memory>

#include "common/base/scheduler.hpp"
#include "job/router_gateway.hpp"

namespace im::job {

/// Keeps this job in the router's registry, for operators to see. Nothing depends on it: Kafka decides who holds what.
/// Domain thread only.
class JobRegistration : public std::enable_shared_from_this<JobRegistration> {
 public:
  JobRegistration(Scheduler& scheduler, RouterGateway& router, JobNode node);
  void start() { enter(); }
  /// `done` comes on any thread, after the router answered or at once when there is nothing to leave.
  void stop(std::function<void()> done);

 private:
  void enter();
  void entered(const Result<JobLease>& lease);
  void renew();
  void later(Duration delay, void (JobRegistration::*step)());

  Scheduler& scheduler_;
  RouterGateway& router_;
  const JobNode node_;
  JobLease lease_;
  bool registered_ = false;
  bool complained_ = false;
  bool stopped_ = false;
};

}  // namespace im::job
