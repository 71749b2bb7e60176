#include "common/base/fault.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <thread>

namespace im::fault {

namespace {

struct Plan {
  std::string point;
  std::string action;
  int nth = 1;
  std::atomic<int> hits{0};
};

/// "point:action[:nth]"
void read_plan(std::string_view spec, std::deque<Plan>& plans) {
  const auto first = spec.find(':');
  if (first == std::string_view::npos) return;
  const auto second = std::min(spec.find(':', first + 1), spec.size());
  Plan& plan = plans.emplace_back();
  plan.point = spec.substr(0, first);
  plan.action = spec.substr(first + 1, second - first - 1);
  if (second < spec.size()) std::from_chars(spec.data() + second + 1, spec.data() + spec.size(), plan.nth);
}

std::deque<Plan> read_plans() {
  std::deque<Plan> plans;
  const char* text = std::getenv("FAULT");
  std::string_view rest = text == nullptr ? "" : text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    read_plan(rest.substr(0, end), plans);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return plans;
}

bool hit(Plan& plan) {
  const int now = ++plan.hits;
  if (plan.action == "always") return true;
  if (now != plan.nth) return false;
  std::fprintf(stderr, "fault point %s hit: %s\n", plan.point.c_str(), plan.action.c_str());
  if (plan.action == "kill") std::raise(SIGKILL);
  if (plan.action == "stall") std::this_thread::sleep_for(std::chrono::seconds(5));
  return plan.action == "skip";
}

}  // namespace

bool fire(std::string_view point) {
  static std::deque<Plan> plans = read_plans();
  bool fired = false;
  for (Plan& plan : plans)
    if (plan.point == point) fired = hit(plan) || fired;
  return fired;
}

}  // namespace im::fault
