#include "common/base/fault.hpp"

#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace im {
namespace {

/// The plan is read once in a process, so each case runs in a child. Exits with one bit for each of three hits at
/// "here" that fired; 8 when a hit at another point did.
[[noreturn]] void hits(const char* plan) {
  if (plan != nullptr) ::setenv("FAULT", plan, 1);
  int code = 0;
  for (int bit : {1, 2, 4}) {
    if (fault::fire("there")) code |= 8;
    if (fault::fire("here")) code |= bit;
  }
  std::_Exit(code);
}

struct Plan {
  const char* text;
  int fired;
};
class FaultDeathTest : public testing::TestWithParam<Plan> {};

TEST_P(FaultDeathTest, FiresAsPlanned) {
  EXPECT_EXIT(hits(GetParam().text), testing::ExitedWithCode(GetParam().fired), "");
}

INSTANTIATE_TEST_SUITE_P(All, FaultDeathTest,
                         testing::Values(Plan{nullptr, 0}, Plan{"", 0}, Plan{"here", 0}, Plan{"here:skip", 1},
                                         Plan{"here:skip:2", 2}, Plan{"here:skip:3", 4}, Plan{"here:skip:4", 0},
                                         Plan{"here:always", 7}, Plan{"here:unknown", 0}, Plan{"here:skip:x", 1},
                                         Plan{"elsewhere:always", 0}, Plan{"her:always", 0}));

TEST(FaultKillDeathTest, KillsAtTheGivenHit) { EXPECT_EXIT(hits("here:kill:2"), testing::KilledBySignal(SIGKILL), ""); }

}  // namespace
}  // namespace im
