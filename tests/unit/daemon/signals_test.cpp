#include "common/daemon/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im {
namespace {

// Each case is a process of its own: signal masks and handlers stay there.

[[noreturn]] void exit_with_next_signal(int sent) {
  block_signals();
  ::kill(::getpid(), sent);
  std::_Exit(wait_signal());
}

TEST(SignalsDeathTest, WaitReturnsTheSignal) {
  EXPECT_EXIT(exit_with_next_signal(SIGTERM), testing::ExitedWithCode(SIGTERM), "");
  EXPECT_EXIT(exit_with_next_signal(SIGINT), testing::ExitedWithCode(SIGINT), "");
}

TEST(SignalsDeathTest, WakeReturnsZero) {
  EXPECT_EXIT(
      {
        block_signals();
        wake_waiter();
        std::_Exit(wait_signal());
      },
      testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, TheNextSignalWhileDrainingEndsTheProcess) {
  const auto drain_and_send = [](int sent) {
    block_signals();
    exit_on_next_signal();
    wake_waiter();  // not a signal of an operator: must not end it
    ::kill(::getpid(), sent);
    while (true) ::pause();
  };
  EXPECT_EXIT(drain_and_send(SIGTERM), testing::ExitedWithCode(143), "");
  EXPECT_EXIT(drain_and_send(SIGINT), testing::ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, APipeThatIsClosedKillsNothing) {
  EXPECT_EXIT(
      {
        block_signals();
        ::raise(SIGPIPE);
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");
}

/// Who writes hears of the error.
TEST(SignalsDeathTest, AFileThatMayNotGrowEndsNobody) {
  const auto raised = [] {
    block_signals();
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::raise(signal);
    std::_Exit(0);
  };
  EXPECT_EXIT(raised(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace im
