// Batches that are done again, and why (LaneBatch).

#include "tests/unit/logic/store/lanes_fixture.hpp"

namespace im::logic::store {
namespace {

/// Looks for a number and adds it, as logics do; between the two, the first time, another logic adds it. SQLite has one
/// writer, so that one is played there: the first look is in vain although the number is there.
class SlowerOne {
 public:
  explicit SlowerOne(const test::TestDatabase& database) : database_(database) {}
  Status operator()(Write& write, std::int64_t n) {
    const bool is_first = ++runs_ == 1;
    if (is_first && !database_.is_mysql()) return add(write.db, n, 2);
    const auto there = write.db.select({"SELECT lane_key FROM things WHERE n = ?", 1}, {n});
    if (!there) return there.error();
    if (is_first) {
      EXPECT_TRUE(add(*database_.open(), n, 1).ok());
    }
    return there.value().empty() ? add(write.db, n, 2) : Status(Ok{});
  }
  static Status add(sql::Connection& db, std::int64_t n, std::int64_t whose) {
    const auto done = db.execute("INSERT INTO things (lane_key, n) VALUES (?, ?)", {whose, n});
    return done ? Status(Ok{}) : Status(done.error());
  }

 private:
  const test::TestDatabase& database_;
  int runs_ = 0;
};

TEST_F(LanesTest, WhoWasSlowerThanAnotherLogicFindsItsRow) {
  if (!database_.is_mysql()) {
    ASSERT_TRUE(SlowerOne::add(*database_.open(), 5, 1).ok());
  }
  SlowerOne slower(database_);
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [](const Status&) {}}).ok());
  held.begun.wait();
  const auto answers = one_batch(*lanes, held.go,
                                 {[](Write& w) { return put(w, 7, 1); }, [&](Write& w) { return slower(w, 5); },
                                  [&](Write& w) -> Status {
                                    EXPECT_TRUE(put(w, 7, 2).ok());  // half way, too
                                    return slower(w, 5);
                                  },
                                  [](Write& w) { return put(w, 7, 1); }});
  lanes->stop();
  for (std::size_t i : {0U, 1U, 2U}) EXPECT_TRUE(answers[i].ok()) << i;
  EXPECT_EQ(answers[3].error().code, Error::Code::kConflict) << "this one did not look";
  EXPECT_EQ(database_.open()->select({"SELECT lane_key FROM things WHERE n = 5", 1}).value().front().number(0), 1);
  EXPECT_EQ(count(), 4) << "1000, 1, 2 and 5, each once";
}

/// One after the other, each in another attempt, after one that was given up for savepoints: more than deadlocks are
/// borne. None of them was a deadlock.
TEST_F(LanesTest, EachEntryMayBeSlowerThanAnotherLogicOnce) {
  constexpr int kEntries = 6;
  ASSERT_TRUE(SlowerOne::add(*database_.open(), 5, 1).ok());
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [](const Status&) {}}).ok());
  held.begun.wait();
  std::vector<std::function<Status(Write&)>> works = {[](Write& w) -> Status {
    EXPECT_TRUE(put(w, 7, 1).ok());
    return Error{Error::Code::kDenied, "half way"};
  }};
  for (int i = 1; i <= kEntries; ++i)
    works.emplace_back(
        [i, runs = 0](Write& w) mutable { return ++runs == i ? SlowerOne::add(w.db, 5, 2) : Status(Ok{}); });
  const auto answers = one_batch(*lanes, held.go, works);
  lanes->stop();
  EXPECT_EQ(answers[0].error().message, "half way");
  for (std::size_t i = 1; i <= kEntries; ++i) EXPECT_TRUE(answers[i].ok()) << i;
  EXPECT_EQ(count(), 2) << "1000 and 5";
}

/// As the server says it. Two deadlocks beside a row that is refused among gathered ones and an entry that looks again.
TEST_F(LanesTest, LookingAgainTakesNoAttemptFromDeadlocks) {
  if (!database_.is_mysql()) GTEST_SKIP() << "SQLite has one writer";
  ASSERT_TRUE(SlowerOne::add(*database_.open(), 5, 1).ok());
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [](const Status&) {}}).ok());
  held.begun.wait();
  int runs = 0;
  const auto answers = one_batch(*lanes, held.go,
                                 {[](Write& w) -> Status {
                                    EXPECT_TRUE(put(w, 7, 1).ok());
                                    return Error{Error::Code::kDenied, "half way"};
                                  },
                                  [&](Write& w) -> Status {
                                    if (++runs == 1) return SlowerOne::add(w.db, 5, 2);
                                    if (runs > 4) return Ok{};
                                    auto done = w.db.execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213");
                                    return done ? Status(Ok{}) : Status(done.error());
                                  }});
  lanes->stop();
  EXPECT_TRUE(answers[1].ok());
}

}  // namespace
}  // namespace im::logic::store
