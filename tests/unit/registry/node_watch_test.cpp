#include "common/registry/node_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_registry.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::registry {
namespace {

using namespace std::chrono_literals;

class NodeWatchTest : public testing::Test {
 protected:
  static NodeListing list(std::uint64_t version, std::uint64_t router = 7) {
    NodeListing listing;
    listing.router_id = router;
    listing.version = version;
    return listing;
  }
  void answer(std::size_t index, Result<NodeListing> result) {
    const auto done = std::move(registry_.lists[index].done);
    done(std::move(result));
    scheduler_.run();
  }
  void heard(const Result<NodeListing>& listing) {
    if (listing.ok()) found_.push_back(listing.value().version);
    failures_ += !listing.ok();
    last_ = listing.ok() ? std::optional(listing.value().asked_at) : std::nullopt;
  }
  ManualScheduler scheduler_;
  FakeRegistry registry_;
  std::vector<std::uint64_t> found_;
  std::optional<TimePoint> last_;
  int failures_ = 0;
  std::shared_ptr<NodeWatch> watch_ = std::make_shared<NodeWatch>(
      scheduler_, registry_, NodeKind::kComet, 2s, [this](const Result<NodeListing>& listing) { heard(listing); });
};

TEST_F(NodeWatchTest, FirstAsksAtOnceThenWaitsForChanges) {
  watch_->start();
  ASSERT_EQ(registry_.lists.size(), 1U);
  EXPECT_EQ(registry_.lists[0].ask.version, 0U);
  EXPECT_EQ(registry_.lists[0].ask.wait, 0ms);
  EXPECT_EQ(registry_.lists[0].ask.kind, NodeKind::kComet);
  EXPECT_FALSE(watch_->up());
  const TimePoint asked = scheduler_.now();
  scheduler_.advance(40ms);
  answer(0, list(4));
  EXPECT_TRUE(watch_->up());
  ASSERT_EQ(registry_.lists.size(), 2U);
  EXPECT_EQ(registry_.lists[1].ask.version, 4U);
  EXPECT_EQ(registry_.lists[1].ask.router_id, 7U) << "another router has other versions";
  EXPECT_EQ(registry_.lists[1].ask.wait, 2s);
  EXPECT_EQ(found_, (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(last_, asked) << "as fresh as the question, not as the answer";
}

TEST_F(NodeWatchTest, AfterALossItAsksAgainLaterAndFromTheBeginning) {
  watch_->start();
  answer(0, list(4));
  answer(1, Error{Error::Code::kUnavailable, "connection refused"});
  EXPECT_FALSE(watch_->up());
  EXPECT_EQ(watch_->detail(), "connection refused");
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(registry_.lists.size(), 2U);
  scheduler_.advance(1s);
  ASSERT_EQ(registry_.lists.size(), 3U);
  EXPECT_EQ(registry_.lists[2].ask.version, 0U);
}

TEST_F(NodeWatchTest, RefreshesAreGathered) {
  watch_->refresh();
  watch_->refresh();
  watch_->refresh();
  ASSERT_EQ(registry_.lists.size(), 1U);
  answer(0, list(1));
  scheduler_.advance(1s);
  ASSERT_EQ(registry_.lists.size(), 2U);  // one more, for those that came meanwhile
  answer(1, list(1));
  scheduler_.advance(1s);
  EXPECT_EQ(registry_.lists.size(), 2U);
  watch_->refresh();
  EXPECT_EQ(registry_.lists.size(), 3U);
}

TEST_F(NodeWatchTest, NothingHappensAfterStop) {
  watch_->start();
  watch_->stop();
  watch_->refresh();
  answer(0, list(1));
  EXPECT_TRUE(found_.empty());
  EXPECT_EQ(registry_.lists.size(), 1U);
}

}  // namespace
}  // namespace im::registry
