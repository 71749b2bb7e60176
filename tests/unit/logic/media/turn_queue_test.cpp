#include "logic/media/turn_queue.hpp"

#include <atomic>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace im::logic::media {
namespace {

/// A queue whose only thread is held by a picture of "first" until release().
class OneAtATime {
 public:
  explicit OneAtATime(TurnQueue::Limits limits) : queue_(limits) {
    EXPECT_TRUE(queue_.post("first", [this] { begun_.count_down(), go_.wait(); }).ok());
    begun_.wait();
  }
  Status post(const std::string& sender) {
    return queue_.post(sender, [this, sender] { made_.push_back(sender); });
  }
  ~OneAtATime() { release(); }
  /// Whose pictures were made, in this order.
  std::vector<std::string> release() {
    if (!go_.try_wait()) go_.count_down();
    queue_.stop();
    return made_;
  }
  TurnQueue& queue() { return queue_; }

 private:
  std::latch begun_{1}, go_{1};
  std::vector<std::string> made_;
  TurnQueue queue_;
};

TEST(TurnQueue, SendersTakeTurns) {
  OneAtATime held({.threads = 1, .waiting = 10, .share = 10});
  for (const char* sender : {"ann", "ann", "ann", "bob", "bob", "eve"}) ASSERT_TRUE(held.post(sender).ok());
  EXPECT_EQ(held.release(), (std::vector<std::string>{"ann", "bob", "eve", "ann", "bob", "ann"}));
}

TEST(TurnQueue, OneSenderHasAShare) {
  OneAtATime held({.threads = 1, .waiting = 10, .share = 2});
  ASSERT_TRUE(held.post("first").ok());
  EXPECT_EQ(held.post("first").error().code, Error::Code::kOverloaded) << "the one being made counts";
  ASSERT_TRUE(held.post("ann").ok());
  ASSERT_TRUE(held.post("ann").ok());
  std::optional<Error::Code> refused;
  held.queue().run("ann", [] { return Status(Ok{}); }, [&](const Status& status) { refused = status.error().code; });
  EXPECT_EQ(refused, Error::Code::kOverloaded);
  EXPECT_TRUE(held.post("bob").ok()) << "others are not concerned";
  EXPECT_EQ(held.release(), (std::vector<std::string>{"first", "ann", "bob", "ann"}));
}

/// Whose task waits for something outside: others have the other threads.
TEST(TurnQueue, OneSenderHasSomeOfTheThreads) {
  std::latch begun(1), go(1), done(1);
  std::atomic<bool> second = false;
  TurnQueue queue({.threads = 2, .waiting = 10, .share = 10, .at_once = 1});
  ASSERT_TRUE(queue.post("eve", [&] { begun.count_down(), go.wait(); }).ok());
  begun.wait();
  ASSERT_TRUE(queue.post("eve", [&] { second = true; }).ok());
  ASSERT_TRUE(queue.post("ann", [&] { done.count_down(); }).ok());
  done.wait();
  EXPECT_FALSE(second);
  go.count_down();
  queue.stop();
  EXPECT_TRUE(second) << "it was accepted";
}

TEST(TurnQueue, WhatIsAcceptedRunsOnce) {
  constexpr int kEach = 500;
  std::atomic<int> ran = 0, accepted = 0;
  TurnQueue queue({.threads = 3, .waiting = 100, .share = 40, .at_once = 2});
  {
    std::vector<std::jthread> senders;
    for (int who = 0; who < 4; ++who)
      senders.emplace_back([&, who] {
        for (int i = 0; i < kEach; ++i) accepted += queue.post(std::to_string(who), [&] { ++ran; }).ok() ? 1 : 0;
      });
  }
  queue.stop();
  EXPECT_EQ(ran, accepted);
  EXPECT_EQ(4U * kEach - static_cast<unsigned>(accepted), queue.stats().over_share + queue.stats().full);
}

TEST(TurnQueue, ShareIsFreeAgain) {
  TurnQueue queue({.threads = 1, .waiting = 1, .share = 1});
  for (int i = 0; i < 3; ++i) {
    std::latch done(1);
    Status posted(Ok{});
    do posted = queue.post("ann", [&] { done.count_down(); });
    while (!posted && posted.error().code == Error::Code::kOverloaded);  // the one before is ending
    ASSERT_TRUE(posted.ok());
    done.wait();
  }
}

TEST(TurnQueue, APictureThatThrowsHoldsNoShare) {
  TurnQueue queue({.threads = 1, .waiting = 10, .share = 2});
  ASSERT_TRUE(queue.post("ann", [] { throw std::runtime_error("broken"); }).ok());
  std::latch done(1);
  queue.run("bob", [] { return Status(Ok{}); }, [&](const Status&) { done.count_down(); });
  done.wait();
  EXPECT_TRUE(queue.post("ann", [] {}).ok());
  EXPECT_TRUE(queue.post("ann", [] {}).ok());
}

TEST(TurnQueue, AFullQueueAndAStoppedOneAreNobodysShare) {
  OneAtATime held({.threads = 1, .waiting = 1, .share = 5});
  ASSERT_TRUE(held.post("ann").ok());
  EXPECT_EQ(held.post("bob").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(held.release(), (std::vector<std::string>{"ann"}));
  EXPECT_EQ(held.post("bob").error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace im::logic::media
