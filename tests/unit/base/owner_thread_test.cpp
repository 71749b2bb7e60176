#include "common/base/owner_thread.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(OwnerThreadTest, TheFirstThatComesOwnsItUntilItIsReleased) {
  OwnerThread owner;
  std::thread([&] { owner.check(); }).join();
  owner.release();
  owner.check();
  owner.check();
}

TEST(OwnerThreadDeathTest, AnotherThreadEndsDebugBuilds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEBUG_DEATH(
      {
        OwnerThread owner;
        owner.check();
        std::thread([&] { owner.check(); }).join();
      },
      "state of another thread");
}

}  // namespace
}  // namespace im
