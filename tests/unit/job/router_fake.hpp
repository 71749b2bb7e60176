#pragma once

#include <string>
#include <utility>
#include <vector>

#include "job/router_gateway.hpp"

namespace im::job {

/// Keeps every request until the test answers it.
struct FakeRouter : RouterGateway {
  struct List {
    std::uint64_t after_version;
    std::chrono::milliseconds wait;
    Done<NodeList> done;
  };
  void list_comets(std::uint64_t after_version, std::chrono::milliseconds wait, Done<NodeList> done) override {
    lists.push_back({after_version, wait, std::move(done)});
  }
  void register_job(const JobNode&, Done<JobLease> done) override { registrations.push_back(std::move(done)); }
  void renew_job(const std::string&, std::uint64_t epoch, Done<bool> done) override {
    renewals.emplace_back(epoch, std::move(done));
  }
  void unregister_job(const std::string&, std::uint64_t epoch, Done<bool> done) override {
    left.push_back(epoch);
    done(true);
  }
  std::vector<List> lists;
  std::vector<Done<JobLease>> registrations;
  std::vector<std::pair<std::uint64_t, Done<bool>>> renewals;
  std::vector<std::uint64_t> left;
};

}  // namespace im::job
