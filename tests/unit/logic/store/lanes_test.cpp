#include <atomic>
#include <filesystem>
#include <future>
#include <latch>
#include <map>

#include "tests/unit/logic/store/lanes_fixture.hpp"

namespace im::logic::store {
namespace {

TEST_F(LanesTest, WhatWaitsIsOneCommit) {
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  std::promise<Status> first;
  ASSERT_TRUE(
      lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [&](Status s) { first.set_value(s); }}).ok());
  held.begun.wait();
  std::vector<std::function<Status(Write&)>> works;
  for (int i = 0; i < 50; ++i) works.emplace_back([i](Write& w) { return put(w, 7, i); });
  for (const auto& answer : one_batch(*lanes, held.go, works)) EXPECT_TRUE(answer.ok());
  lanes->stop();
  EXPECT_EQ(held.commits, 2);
  EXPECT_EQ(count(), 51);
}

TEST_F(LanesTest, AnswersComeAfterTheCommitOnly) {
  std::latch begun(1), go(1);
  LaneOptions options;
  options.commit = [&](sql::Connection& db) {
    begun.count_down();
    go.wait();
    return db.commit();
  };
  const auto lanes = this->lanes(options);
  std::atomic<bool> answered = false;
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1); }, [&](Status) { answered = true; }}).ok());
  begun.wait();
  EXPECT_FALSE(answered);
  EXPECT_TRUE(sink_.rows().empty());
  go.count_down();
  lanes->stop();
  EXPECT_TRUE(answered);
  EXPECT_EQ(sink_.rows().size(), 1U);
}

TEST_F(LanesTest, AFailedCommitIsToldToAllAndHandsNothingOn) {
  LaneOptions options;
  options.commit = [](sql::Connection&) -> Status { return Error{Error::Code::kUnavailable, "no disk"}; };
  const auto lanes = this->lanes(options);
  const auto answer = lanes->write<Ok>(7, [](Write& w) { return put(w, 7, 1); });
  EXPECT_EQ(answer.error().code, Error::Code::kUnavailable);
  lanes->stop();
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(sink_.rows().empty());
  EXPECT_EQ(lanes->stats().failed_batches, 1U);
}

// One fails before it wrote, one after, one throws: each is answered alone, the others are written once.
TEST_F(LanesTest, AFailingEntryIsAnsweredAlone) {
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [](const Status&) {}}).ok());
  held.begun.wait();
  const auto answers = one_batch(
      *lanes, held.go,
      {[](Write& w) { return put(w, 7, 1); }, [](Write&) -> Status { return Error{Error::Code::kDenied, "no"}; },
       [](Write& w) -> Status {
         EXPECT_TRUE(put(w, 7, 2).ok());
         return Error{Error::Code::kDenied, "half way"};
       },
       [](Write& w) -> Status {
         EXPECT_TRUE(put(w, 7, 3).ok());
         throw std::runtime_error("bug");
       },
       [](Write& w) { return put(w, 7, 1); },  // the number is taken: a constraint of the database
       [](Write& w) { return put(w, 7, 4); }});
  lanes->stop();
  EXPECT_TRUE(answers[0].ok());
  EXPECT_EQ(answers[1].error().code, Error::Code::kDenied);
  EXPECT_EQ(answers[2].error().message, "half way");
  EXPECT_EQ(answers[3].error().code, Error::Code::kInternal);
  EXPECT_EQ(answers[4].error().code, Error::Code::kConflict);
  EXPECT_TRUE(answers[5].ok());
  EXPECT_EQ(count(), 3);
  std::vector<Seq> handed;
  for (const auto& row : sink_.rows()) handed.push_back(row.message.seq);
  EXPECT_EQ(handed, (std::vector<Seq>{1000, 1, 4}));
}

// On a server rows of several entries are one statement: one that is refused is still only its own entry's.
TEST_F(LanesTest, NoRowOfABatchOnAFullDiskStaysAlone) {
  if (database_.is_mysql()) GTEST_SKIP() << "SQLite ends the transaction, servers the statement";
  HeldCommit held;
  auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write&) { return Status(Ok{}); }, [](Status) {}}).ok());
  held.begun.wait();
  const auto answers = one_batch(*lanes, held.go,
                                 {[](Write& write) { return put(write, 7, 1); },
                                  [](Write& write) {
                                    (void)write.db.select({"PRAGMA max_page_count = 1", 1});
                                    for (int n = 100; n < 10'000 && write.db.failure() == sql::Failure::kNone; ++n)
                                      (void)put(write, 7, n);
                                    return put(write, 7, 2);
                                  },
                                  [](Write& write) { return put(write, 7, 3); }});
  for (const auto& answer : answers) EXPECT_TRUE(!answer && sql::is_full(answer.error()));
  EXPECT_EQ(count(), 0);
}

TEST_F(LanesTest, AGatheredRowFailsAlone) {
  HeldCommit held;
  const auto lanes = this->lanes(held.options());
  ASSERT_TRUE(lanes->submit({7, 0, [](Write& w) { return put(w, 7, 1000); }, [](const Status&) {}}).ok());
  held.begun.wait();
  std::vector<std::promise<Status>> told(4);
  const std::vector<std::int64_t> numbers = {1, 2, 1, 3};  // 1 is taken when it comes again
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    auto apply = [n = numbers[i]](Write& w) { return w.insert("INSERT INTO things (lane_key, n) VALUES", {7, n}); };
    ASSERT_TRUE(lanes->submit({7, 0, apply, [&told, i](Status s) { told[i].set_value(std::move(s)); }, true}).ok());
  }
  held.go.count_down();
  lanes->stop();
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(told[i].get_future().get().ok(), i != 2) << i;
  EXPECT_EQ(held.commits, 2);
  EXPECT_EQ(count(), 4);
}

TEST_F(LanesTest, EntriesOfAKeyKeepTheirOrder) {
  const auto lanes = this->lanes();
  std::atomic<int> left = 400;
  for (int i = 0; i < 400; ++i)
    ASSERT_TRUE(
        lanes->submit({i % 8, 0, [i](Write& w) { return put(w, i % 8, i); }, [&](const Status&) { --left; }}).ok());
  lanes->stop();
  EXPECT_EQ(left, 0);
  std::map<std::int64_t, Seq> last;
  for (const auto& row : sink_.rows()) {
    auto& before = last.try_emplace(row.message.conv.value(), -1).first->second;
    EXPECT_LT(before, row.message.seq);
    before = row.message.seq;
  }
  const auto rows = database_.open()->select({"SELECT lane_key, n FROM things ORDER BY id", 2}).value();
  ASSERT_EQ(rows.size(), 400U);
  last.clear();
  for (const auto& row : rows) {
    auto& before = last.try_emplace(row.number(0), -1).first->second;
    EXPECT_LT(before, row.number(1));
    before = row.number(1);
  }
}

TEST_F(LanesTest, AFullQueueIsAnAnswer) {
  HeldCommit held;
  auto options = held.options();
  options.max_waiting = 2;
  options.max_waiting_bytes = 100;
  const auto lanes = this->lanes(options);
  auto entry = [](std::int64_t n, std::size_t bytes) {
    return LaneEntry{7, bytes, [n](Write& w) { return put(w, 7, n); }, [](const Status&) {}};
  };
  ASSERT_TRUE(lanes->submit(entry(0, 0)).ok());
  held.begun.wait();
  EXPECT_TRUE(lanes->submit(entry(1, 90)).ok());
  EXPECT_EQ(lanes->submit(entry(2, 20)).error().code, Error::Code::kOverloaded);  // bytes
  EXPECT_TRUE(lanes->submit(entry(3, 5)).ok());
  EXPECT_EQ(lanes->submit(entry(4, 0)).error().code, Error::Code::kOverloaded);  // entries
  EXPECT_EQ(lanes->stats().refused, 2U);
  held.go.count_down();
  lanes->stop();
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(lanes->submit(entry(5, 0)).error().code, Error::Code::kUnavailable);
}

TEST_F(LanesTest, ALostDatabaseIsFoundAgain) {
  if (database_.is_mysql()) GTEST_SKIP() << "the file is SQLite's";
  auto lost = database_.get();
  lost.path = lost.path + ".d/im.db";
  LaneOptions options;
  options.reopen_after = Duration::zero();
  WriteLanes lanes(lost, 1, options, sink_);
  EXPECT_EQ(lanes.write<Ok>(7, [](Write&) -> Status { return Ok{}; }).error().code, Error::Code::kUnavailable);
  std::filesystem::create_directory(std::filesystem::path(lost.path).parent_path());
  EXPECT_TRUE(lanes.write<Ok>(7, [](Write&) -> Status { return Ok{}; }).ok());
}

}  // namespace
}  // namespace im::logic::store
