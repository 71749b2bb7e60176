#include "logic/push/push_fates.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {
namespace {

class PushFatesTest : public testing::Test {
 protected:
  std::optional<PushFate> find(const std::string& name) {
    std::optional<PushFate> found;
    fates_.find(name, [&](const Result<std::optional<PushFate>>& fate) {
      failed_ = !fate.ok();
      if (fate.ok()) found = fate.value();
    });
    return found;
  }
  void open(const std::string& name, std::vector<CometInstance> comets) {
    fates_.opened(name, {2, 1, 0, 3, std::move(comets)}, [](const Status& status) { EXPECT_TRUE(status.ok()); });
  }
  void report(const std::string& name, const CometInstance& comet, FateCounts counts) {
    fates_.reported(name, comet, counts, [](const Status& status) { EXPECT_TRUE(status.ok()); });
  }

  FakeTable table_;
  PushFates fates_{table_};
  const std::string name_ = PushFates::name_of("key", "01A");
  bool failed_ = false;
};

TEST_F(PushFatesTest, CometsAreAddedUpAndTheLastWordOfEachCounts) {
  open(name_, {kOne, kTwo});
  EXPECT_EQ(find(name_)->comets_reported, 0U);
  report(name_, kOne, {1, 0, 0, 0});
  report(name_, kOne, {4, 1, 0, 0});
  report(name_, kTwo, {2, 0, 3, 5});
  const auto fate = find(name_);
  ASSERT_TRUE(fate);
  EXPECT_EQ(fate->comets_reported, 2U);
  EXPECT_EQ(fate->copies.delivered, 6U);
  EXPECT_EQ(fate->copies.missed, 1U);
  EXPECT_EQ(fate->copies.dropped, 3U);
  EXPECT_EQ(fate->copies.unwanted, 5U);
  EXPECT_EQ(fate->reach.queued, 2U);
  EXPECT_EQ(fate->reach.offline, 1U);
  EXPECT_EQ(fate->reach.sessions, 3U);
}

TEST_F(PushFatesTest, AReportThatComesFirstIsFoundAfterwards) {
  report(name_, kOne, {1, 0, 0, 0});
  EXPECT_FALSE(find(name_)) << "whose push?";
  open(name_, {kOne});
  EXPECT_EQ(find(name_)->copies.delivered, 1U);
}

TEST_F(PushFatesTest, ANameThatIsNoneWritesNothing) {
  report("revoked/7", kOne, {1, 0, 0, 0});
  EXPECT_TRUE(table_.rows.empty()) << "a comet wrote a row of somebody else";
}

TEST_F(PushFatesTest, RowsOfAKeyAreATenantOfTheirOwn) {
  EXPECT_EQ(name_, "push/fate.key/01A") << "router/kv: the first two parts are the tenant";
  EXPECT_FALSE(find(PushFates::name_of("other", "01A")));
}

TEST_F(PushFatesTest, ARouterThatIsDownIsSaid) {
  table_.down = true;
  EXPECT_FALSE(find(name_));
  EXPECT_TRUE(failed_);
}

}  // namespace
}  // namespace im::logic
