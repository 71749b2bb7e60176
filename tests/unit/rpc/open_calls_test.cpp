#include "common/rpc/open_calls.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace im::rpc {
namespace {

using namespace std::chrono_literals;

TEST(OpenCalls, EveryCallIsGivenUpAndWaitedFor) {
  OpenCalls calls;
  const auto one = calls.begin();
  const auto two = calls.begin();
  std::vector<std::thread> ends;
  calls.started(one, [&] { ends.emplace_back([&] { calls.end(one); }); });
  calls.started(two, [&] { ends.emplace_back([&] { calls.end(two); }); });
  EXPECT_TRUE(calls.cancel(10s));
  for (std::thread& end : ends) end.join();
  EXPECT_EQ(ends.size(), 2U);
}

TEST(OpenCalls, NothingBeginsAfterTheEnd) {
  OpenCalls calls;
  EXPECT_TRUE(calls.cancel(0s));
  EXPECT_EQ(calls.begin(), 0U);
}

TEST(OpenCalls, ACallWhoseStartIsJustReturningIsGivenUpToo) {
  OpenCalls calls;
  const auto call = calls.begin();
  EXPECT_FALSE(calls.cancel(0s)) << "nobody knows yet how to give it up";
  bool given_up = false;
  calls.started(call, [&] { given_up = true; });
  EXPECT_TRUE(given_up);
}

TEST(OpenCalls, ACallThatEndedBeforeItsStartReturnedIsLeftAlone) {
  OpenCalls calls;
  const auto call = calls.begin();
  calls.end(call);
  bool given_up = false;
  calls.started(call, [&] { given_up = true; });
  EXPECT_TRUE(calls.cancel(0s));
  EXPECT_FALSE(given_up);
}

}  // namespace
}  // namespace im::rpc
