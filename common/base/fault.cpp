#include "common/base/fault.hpp"

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace im::fault {

namespace {

struct Plan {
  std::string point;
  std::string action;
  int nth = 1;
};

Plan read_plan() {
  const char* text = std::getenv("FAULT");
  if (text == nullptr) return {};
  const std::string spec = text;
  const auto first = spec.find(':');
  if (first == std::string::npos) return {};
  const auto second = spec.find(':', first + 1);
  Plan plan{spec.substr(0, first), spec.substr(first + 1, second - first - 1)};
  if (second != std::string::npos) {
    std::from_chars(spec.data() + second + 1, spec.data() + spec.size(), plan.nth);
  }
  return plan;
}

}  // namespace

bool fire(std::string_view point) {
  static const Plan plan = read_plan();
  static std::atomic<int> hits{0};
  if (point != plan.point) return false;
  const int hit = ++hits;
  if (plan.action == "always") return true;
  if (hit != plan.nth) return false;
  std::fprintf(stderr, "fault point %s hit: %s\n", plan.point.c_str(), plan.action.c_str());
  if (plan.action == "kill") std::raise(SIGKILL);
  if (plan.action == "stall") std::this_thread::sleep_for(std::chrono::seconds(5));
  return plan.action == "skip";
}

}  // namespace im::fault
