#include "logic/routers/known_comets.hpp"

#include <gtest/gtest.h>

namespace im::logic {
namespace {

using namespace std::chrono_literals;

constexpr auto kListAge = 10s;
const TimePoint kListTime{1h};

CometInstance comet(std::uint32_t number, std::uint64_t epoch = 1) {
  return {CometNumber(number), InstanceEpoch(epoch)};
}

registry::NodeListing list(bool complete, const std::vector<CometInstance>& comets) {
  registry::NodeListing listing;
  listing.complete = complete;
  for (const CometInstance& one : comets) {
    registry::Node node;
    node.kind = registry::NodeKind::kComet;
    node.instance = one;
    listing.nodes.push_back(node);
  }
  return listing;
}

TEST(KnownCometsTest, BeforeTheFirstListNoneIsKnown) { EXPECT_FALSE(KnownComets().within(kListAge, kListTime)); }

TEST(KnownCometsTest, ARouterWithoutMemoryDoesNotMakeThemKnown) {
  KnownComets known;
  known.heard(list(false, {}), kListTime);
  EXPECT_FALSE(known.within(kListAge, kListTime));
  known.heard(list(false, {comet(1)}), kListTime);
  EXPECT_FALSE(known.within(kListAge, kListTime)) << "another one may not have registered again";
  known.heard(list(true, {comet(1), comet(2)}), kListTime);
  EXPECT_EQ(known.within(kListAge, kListTime), (std::vector{comet(1), comet(2)}));
}

TEST(KnownCometsTest, ThoseOfTheLastCompleteListStayWhileARouterFillsItsMemory) {
  KnownComets known;
  known.heard(list(true, {comet(1), comet(2), comet(3)}), kListTime);
  known.heard(list(false, {comet(2, 5)}), kListTime);
  EXPECT_EQ(known.within(kListAge, kListTime), (std::vector{comet(2, 5), comet(1), comet(3)}));
  known.heard(list(true, {comet(2, 5)}), kListTime);
  EXPECT_EQ(known.within(kListAge, kListTime), (std::vector{comet(2, 5)}));
}

TEST(KnownCometsTest, AnEmptyClusterThatIsTakenBackIsNotKnown) {
  KnownComets known;
  known.heard(list(true, {}), kListTime);
  EXPECT_TRUE(known.within(kListAge, kListTime)) << "the first start";
  known.heard(list(false, {comet(1)}), kListTime);
  EXPECT_FALSE(known.within(kListAge, kListTime)) << "it was none: others may not have registered again";
  known.heard(list(true, {comet(1)}), kListTime);
  EXPECT_TRUE(known.within(kListAge, kListTime));
}

TEST(KnownCometsTest, AnOldListIsNone) {
  KnownComets known;
  known.heard(list(true, {comet(1)}), kListTime);
  EXPECT_TRUE(known.within(kListAge, kListTime + kListAge));
  EXPECT_FALSE(known.within(kListAge, kListTime + kListAge + 1ms));
}

}  // namespace
}  // namespace im::logic
