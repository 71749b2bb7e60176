#include "job/node_watch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/job/job_fakes.hpp"
#include "tests/unit/job/router_fake.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;

class NodeWatchTest : public testing::Test {
 protected:
  NodeList list(std::uint64_t version) { return {{node(1)}, 7, version, scheduler_.now()}; }
  void answer(std::size_t index, Result<NodeList> result) {
    const auto done = std::move(router_.lists[index].done);
    done(std::move(result));
    scheduler_.run();
  }
  ManualScheduler scheduler_;
  FakeRouter router_;
  std::vector<std::uint64_t> found_;
  std::shared_ptr<NodeWatch> watch_ = std::make_shared<NodeWatch>(
      scheduler_, router_, [this](const NodeList& list) { found_.push_back(list.version); });
};

TEST_F(NodeWatchTest, FirstAsksAtOnceThenWaitsForChanges) {
  watch_->start();
  ASSERT_EQ(router_.lists.size(), 1U);
  EXPECT_EQ(router_.lists[0].after_version, 0U);
  EXPECT_EQ(router_.lists[0].wait, 0ms);
  EXPECT_FALSE(watch_->up());
  answer(0, list(4));
  EXPECT_TRUE(watch_->up());
  ASSERT_EQ(router_.lists.size(), 2U);
  EXPECT_EQ(router_.lists[1].after_version, 4U);
  EXPECT_GT(router_.lists[1].wait, 0ms);
  EXPECT_EQ(found_, (std::vector<std::uint64_t>{4}));
}

TEST_F(NodeWatchTest, AfterALossItAsksAgainLaterAndFromTheBeginning) {
  watch_->start();
  answer(0, list(4));
  answer(1, Error{Error::Code::kUnavailable, "connection refused"});
  EXPECT_FALSE(watch_->up());
  EXPECT_EQ(watch_->detail(), "connection refused");
  EXPECT_EQ(router_.lists.size(), 2U);
  scheduler_.advance(1s);
  ASSERT_EQ(router_.lists.size(), 3U);
  EXPECT_EQ(router_.lists[2].after_version, 0U);
}

TEST_F(NodeWatchTest, RefreshesAreGathered) {
  watch_->refresh();
  watch_->refresh();
  watch_->refresh();
  ASSERT_EQ(router_.lists.size(), 1U);
  answer(0, list(1));
  scheduler_.advance(1s);
  ASSERT_EQ(router_.lists.size(), 2U);  // one more, for those that came meanwhile
  answer(1, list(1));
  scheduler_.advance(1s);
  EXPECT_EQ(router_.lists.size(), 2U);
  watch_->refresh();
  EXPECT_EQ(router_.lists.size(), 3U);
}

TEST_F(NodeWatchTest, NothingHappensAfterStop) {
  watch_->start();
  watch_->stop();
  answer(0, list(1));
  EXPECT_TRUE(found_.empty());
  EXPECT_EQ(router_.lists.size(), 1U);
}

}  // namespace
}  // namespace im::job
