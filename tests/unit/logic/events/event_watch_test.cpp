#include "logic/events/event_watch.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/support/manual_scheduler.hpp"

namespace im::logic {
namespace {

struct FakeRouters {
  struct Stream {
    EventSource::Callbacks callbacks;
    std::vector<std::uint64_t> settled;
    bool open = true;
  };
  std::vector<int> answering{0};
  std::map<int, std::vector<std::shared_ptr<Stream>>> streams;
};

class FakeStream final : public EventStream {
 public:
  explicit FakeStream(std::shared_ptr<FakeRouters::Stream> stream) : stream_(std::move(stream)) {}
  ~FakeStream() override { stream_->open = false; }
  void settle(std::uint64_t batch) override { stream_->settled.push_back(batch); }

 private:
  std::shared_ptr<FakeRouters::Stream> stream_;
};

class FakeSource final : public EventSource {
 public:
  explicit FakeSource(FakeRouters& routers) : routers_(routers) {}
  std::vector<int> routers() override { return routers_.answering; }
  std::unique_ptr<EventStream> open(int router, Callbacks callbacks) override {
    auto stream = std::make_shared<FakeRouters::Stream>(FakeRouters::Stream{std::move(callbacks), {}, true});
    routers_.streams[router].push_back(stream);
    return std::make_unique<FakeStream>(std::move(stream));
  }

 private:
  FakeRouters& routers_;
};

class Sink final : public SlotEventSink {
 public:
  void handle(const std::vector<SlotEvent>& events, std::function<void()> done) override {
    for (const auto& event : events) numbers.push_back(event.number);
    waiting.push_back(std::move(done));
    if (at_once) settle();
  }
  void settle() {
    for (auto& done : std::exchange(waiting, {})) done();
  }
  std::vector<std::uint64_t> numbers;
  std::vector<std::function<void()>> waiting;
  bool at_once = true;
};

class EventWatchTest : public testing::Test {
 protected:
  EventWatchTest() {
    watch->add(first);
    watch->add(second);
    watch->start();
    scheduler.run();
  }
  ~EventWatchTest() override { watch->stop(); }
  static std::vector<SlotEvent> event(std::uint64_t number) { return {{5, 1, number, UserChanged{Uid(7), 1, {}}}}; }
  FakeRouters::Stream& stream(int router, std::size_t at = 0) { return *routers.streams.at(router).at(at); }

  ManualScheduler scheduler;
  FakeRouters routers;
  Sink first, second;
  std::shared_ptr<EventWatch> watch = std::make_shared<EventWatch>(scheduler, std::make_unique<FakeSource>(routers));
};

TEST_F(EventWatchTest, ABatchIsSettledWhenEverySinkIsDone) {
  second.at_once = false;
  stream(0).callbacks.batch(1, event(10));
  scheduler.run();
  EXPECT_EQ(first.numbers, (std::vector<std::uint64_t>{10}));
  EXPECT_TRUE(stream(0).settled.empty());
  second.settle();
  scheduler.run();
  EXPECT_EQ(stream(0).settled, (std::vector<std::uint64_t>{1}));
}

TEST_F(EventWatchTest, EveryRouterHasAStream) {
  routers.answering = {0, 1, 2};
  scheduler.advance(std::chrono::seconds(1));
  EXPECT_EQ(routers.streams.size(), 3U);
  EXPECT_EQ(routers.streams.at(0).size(), 1U) << "opened once";
  EXPECT_EQ(watch->stats().streams, 3U);
}

TEST_F(EventWatchTest, AnEndedStreamIsOpenedAgain) {
  stream(0).callbacks.ended({Error::Code::kUnavailable, "gone"});
  scheduler.run();
  EXPECT_FALSE(stream(0).open);
  scheduler.advance(std::chrono::seconds(1));
  EXPECT_EQ(routers.streams.at(0).size(), 2U);
}

TEST_F(EventWatchTest, WhatAFormerStreamSaysIsNotHeard) {
  first.at_once = false;
  stream(0).callbacks.batch(1, event(10));
  scheduler.run();
  stream(0).callbacks.ended({Error::Code::kUnavailable, "gone"});
  scheduler.advance(std::chrono::seconds(1));
  stream(0).callbacks.batch(2, event(11));
  scheduler.run();
  EXPECT_EQ(first.numbers, (std::vector<std::uint64_t>{10}));
  first.settle();
  scheduler.run();
  EXPECT_TRUE(stream(0, 1).settled.empty()) << "batch 1 was of the stream before";
}

TEST_F(EventWatchTest, AfterStopNothingIsOpenedOrHeard) {
  watch->stop();
  EXPECT_FALSE(stream(0).open);
  stream(0).callbacks.batch(1, event(10));
  scheduler.advance(std::chrono::seconds(5));
  EXPECT_TRUE(first.numbers.empty());
  EXPECT_EQ(routers.streams.at(0).size(), 1U);
}

}  // namespace
}  // namespace im::logic
