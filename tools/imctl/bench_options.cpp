#include "tools/imctl/bench_options.hpp"

#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "tools/imctl/bench/idle_clients.hpp"

namespace im::imctl {

void raise_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void add_plan_options(CLI::App& command, IdlePlan& plan) {
  command.add_option("--connections", plan.connections, "Each is a user of its own")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--rooms", plan.rooms, "They share so many rooms, one each; 0 = none is in a room")
      ->capture_default_str();
  command.add_option("--key-length", plan.key_length, "Length of their keys; goim's own are 36")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_option("--accepts", plan.accepts, "Ops they want, with commas")->delimiter(',')->capture_default_str();
  command.add_option("--platform", plan.platform, "Of all")->capture_default_str();
  command.add_option("--first-user", plan.first_user, "Their user ids count from here")->capture_default_str();
}

}  // namespace im::imctl
