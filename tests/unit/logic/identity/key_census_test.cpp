#include "logic/identity/key_census.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {
namespace {

constexpr auto kQuiet = KeyCensus::kQuietReads * KeyCensus::kEvery;
using Names = std::vector<std::string>;

/// One logic; all of a test share the table and the clock.
class Counting {
 public:
  Counting(SharedTable& table, const std::int64_t& now_s, Names own)
      : keys(std::move(own)),
        now_s_(now_s),
        census_(table, {[this] { return keys; }, [this] { return now_s_ + skew_s; },
                        [this] { return TimePoint() + std::chrono::seconds(now_s_); },
                        [this](const std::string& name) { gone.push_back(name); }}) {}
  void tick() { census_.tick(); }
  KeyCensus& census() { return census_; }

  Names keys, gone;
  std::int64_t skew_s = 0;  ///< its Unix clock is wrong by so much

 private:
  const std::int64_t& now_s_;
  KeyCensus census_;
};

class KeyCensusTest : public testing::Test {
 protected:
  void pass(std::chrono::seconds time, const std::vector<Counting*>& living) {
    for (const std::int64_t until = now_s_ + time.count(); now_s_ < until;) {
      ++now_s_;
      for (Counting* one : living) one->tick();
    }
  }

  FakeTable table_;
  std::int64_t now_s_ = 1'800'000'000;
};

TEST_F(KeyCensusTest, AKeyThatWentWhileEveryLogicWasDownIsMissedOnce) {
  Counting before(table_, now_s_, {"good", "leaked"});
  pass(2 * KeyCensus::kEvery, {&before});
  now_s_ += 3600;  // nobody lives
  Counting after(table_, now_s_, {"good"}), other(table_, now_s_, {"good"});
  pass(KeyCensus::kEvery, {&after, &other});
  EXPECT_TRUE(after.gone.empty()) << "who has it may come, too";
  pass(2 * kQuiet, {&after, &other});
  EXPECT_EQ(after.gone.size() + other.gone.size(), 1U);
  EXPECT_FALSE(after.census().is_written("leaked"));
}

TEST_F(KeyCensusTest, AKeyThatAnotherLogicKnowsAlreadyIsNotGoneWhateverItsClockSays) {
  Counting old(table_, now_s_, {"good"}), fresh(table_, now_s_, {"good", "new"});
  fresh.skew_s = -3600;
  pass(10 * kQuiet, {&old, &fresh});
  EXPECT_TRUE(old.gone.empty());
  EXPECT_TRUE(fresh.gone.empty());
  EXPECT_TRUE(old.census().is_written("new"));
}

TEST_F(KeyCensusTest, WhoComesBackLaterWithItsKeyIsWaitedFor) {
  Counting old(table_, now_s_, {"good"}), fresh(table_, now_s_, {"good", "new"});
  pass(2 * KeyCensus::kEvery, {&old, &fresh});
  now_s_ += 3600;  // all are down
  pass(kQuiet / 2, {&old});
  pass(2 * kQuiet, {&old, &fresh});
  EXPECT_TRUE(old.gone.empty());
}

TEST_F(KeyCensusTest, RoutersThatDoNotAnswerMakeNobodySilent) {
  Counting old(table_, now_s_, {"good"}), fresh(table_, now_s_, {"good", "new"});
  pass(2 * KeyCensus::kEvery, {&old, &fresh});
  table_.down = true;
  pass(2 * kQuiet, {&old, &fresh});
  table_.down = false;
  old.tick();
  pass(kQuiet, {&old, &fresh});
  EXPECT_TRUE(old.gone.empty());
}

TEST_F(KeyCensusTest, AKeyThatIsWrittenAgainIsSaidSo) {
  Counting before(table_, now_s_, {"good", "late"});
  pass(2 * KeyCensus::kEvery, {&before});
  Counting after(table_, now_s_, {"good"});
  pass(2 * kQuiet, {&after});
  ASSERT_EQ(after.gone, Names{"late"});
  pass(2 * KeyCensus::kEvery, {&before, &after});
  EXPECT_TRUE(after.census().is_written("late"));
}

TEST_F(KeyCensusTest, WhoHasNotReadItsFileMissesNothingAndWritesNothing) {
  Counting before(table_, now_s_, {"good"});
  pass(2 * KeyCensus::kEvery, {&before});
  const auto row = table_.rows;
  Counting after(table_, now_s_, {});
  pass(2 * kQuiet, {&after});
  EXPECT_TRUE(after.gone.empty());
  EXPECT_EQ(table_.rows, row);
}

TEST_F(KeyCensusTest, AfterTheEndNothingIsCalled) {
  Counting before(table_, now_s_, {"good", "leaked"});
  pass(2 * KeyCensus::kEvery, {&before});
  Counting after(table_, now_s_, {"good"});
  after.census().stop();
  pass(3 * kQuiet, {&after});
  EXPECT_TRUE(after.gone.empty());
}

TEST_F(KeyCensusTest, ARowThatIsNoneAndTooManyNamesAreTaken) {
  table_.rows["token-keys"] = R"({"x":"y")";
  Counting one(table_, now_s_, {});
  for (int i = 0; i < 300; ++i) one.keys.push_back("key" + std::to_string(i));
  pass(2 * KeyCensus::kEvery, {&one});
  EXPECT_TRUE(one.gone.empty());
  EXPECT_LT(table_.rows["token-keys"].size(), 4096U);
}

}  // namespace
}  // namespace im::logic
