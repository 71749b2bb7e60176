#pragma once

#include <atomic>
#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "logic/store/write_lanes.hpp"
#include "tests/support/test_store.hpp"

namespace im::logic::store {

class LanesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        database_.open()
            ->execute("CREATE TABLE things (id BIGINT PRIMARY KEY AUTO_INCREMENT, lane_key BIGINT, n BIGINT UNIQUE)")
            .ok() ||
        database_.open()
            ->execute("CREATE TABLE things (id INTEGER PRIMARY KEY, lane_key BIGINT, n BIGINT UNIQUE)")
            .ok());
  }
  std::unique_ptr<WriteLanes> lanes(LaneOptions options = {}) {
    return std::make_unique<WriteLanes>(database_.get(), 4, options, sink_);
  }
  static Status put(Write& write, std::int64_t key, std::int64_t n) {
    auto done = write.db.execute("INSERT INTO things (lane_key, n) VALUES (?, ?)", {key, n});
    if (!done) return done.error();
    write.hand_on({ConvKind::kGroup, {.conv = ConvId(key), .seq = n}});
    return Ok{};
  }
  std::int64_t count() {
    return database_.open()->select({"SELECT COUNT(*) FROM things", 1}).value().front().number(0);
  }
  /// Entries 0 … n - 1 of one key, submitted while the lane is held, so that they are one batch.
  std::vector<Status> one_batch(WriteLanes& lanes, std::latch& hold, std::vector<std::function<Status(Write&)>> works) {
    std::vector<std::promise<Status>> told(works.size());
    for (std::size_t i = 0; i < works.size(); ++i)
      EXPECT_TRUE(lanes.submit({7, 0, works[i], [&told, i](Status s) { told[i].set_value(std::move(s)); }}).ok());
    hold.count_down();
    std::vector<Status> answers;
    for (auto& one : told) answers.push_back(one.get_future().get());
    return answers;
  }

  test::TestDatabase database_;
  test::RecordingSink sink_;
};

// The first commit is held: whatever is submitted meanwhile is the next batch.
struct HeldCommit {
  std::latch begun{1}, go{1};
  std::atomic<int> commits = 0;
  LaneOptions options() {
    LaneOptions options;
    options.commit = [this](sql::Connection& db) {
      if (commits++ == 0) begun.count_down(), go.wait();
      return db.commit();
    };
    return options;
  }
};

}  // namespace im::logic::store
