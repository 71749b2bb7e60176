#include "common/base/blocking_pool.hpp"

#include <atomic>
#include <future>
#include <latch>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(BlockingPool, GivesTheResultOnItsOwnThread) {
  BlockingPool pool({.threads = 1});
  std::promise<std::pair<int, std::thread::id>> told;
  pool.run([] { return Result<int>(7); },
           [&](Result<int> result) { told.set_value({result.value(), std::this_thread::get_id()}); });
  const auto [value, thread] = told.get_future().get();
  EXPECT_EQ(value, 7);
  EXPECT_NE(thread, std::this_thread::get_id());
}

// One task holds the only thread, one waits: the third is refused, at once and on the caller's thread.
TEST(BlockingPool, FullQueueIsAnAnswer) {
  BlockingPool pool({.threads = 1, .max_waiting = 1});
  std::latch begun(1), release(1);
  ASSERT_TRUE(pool.post([&] { begun.count_down(), release.wait(); }).ok());
  begun.wait();
  std::atomic<int> ran = 0;
  ASSERT_TRUE(pool.post([&] { ++ran; }).ok());
  std::optional<Error::Code> refused;
  pool.run([&] { return ++ran, Status(Ok{}); }, [&](Status status) { refused = status.error().code; });
  EXPECT_EQ(refused, Error::Code::kOverloaded);
  EXPECT_EQ(pool.stats().refused, 1U);
  EXPECT_EQ(pool.stats().waiting, 1U);
  release.count_down();
  pool.stop();
  EXPECT_EQ(ran, 1);
}

TEST(BlockingPool, StopRunsWhatWasAccepted) {
  BlockingPool pool({.threads = 2});
  std::atomic<int> ran = 0;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.post([&] { ++ran; }).ok());
  pool.stop();
  EXPECT_EQ(ran, 100);
  EXPECT_EQ(pool.post([] {}).error().code, Error::Code::kUnavailable);
  EXPECT_EQ(pool.stats().done, 100U);
}

TEST(BlockingPool, ExceptionsBecomeAnswers) {
  BlockingPool pool({.threads = 1});
  std::promise<Error> told;
  pool.run([]() -> Status { throw std::runtime_error("broken"); },
           [&](Status status) { told.set_value(status.error()); });
  const auto error = told.get_future().get();
  EXPECT_EQ(error.code, Error::Code::kInternal);
  EXPECT_EQ(error.message, "broken");
  ASSERT_TRUE(pool.post([] { throw std::runtime_error("no answer asked"); }).ok());
  pool.stop();
  EXPECT_EQ(pool.stats().threw, 1U);
}

}  // namespace
}  // namespace im
