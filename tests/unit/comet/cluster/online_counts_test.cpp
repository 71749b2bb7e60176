#include "comet/cluster/online_counts.hpp"

#include <gtest/gtest.h>

#include "common/base/batch.hpp"

namespace im::comet {
namespace {

std::string long_name(int i) { return std::to_string(1000000 + i) + std::string(500, 'r'); }

std::size_t bytes_of(const RoomCounts& counts) {
  std::size_t bytes = 0;
  for (const auto& [room, count] : counts) bytes += room.size();
  return bytes;
}

TEST(OnlineCounts, SumOverWorkersAndOnlyWhatChanged) {
  OnlineCounts counts;
  counts.set(0, "a", 3);
  counts.set(1, "a", 2);
  EXPECT_EQ(counts.next().counts, (RoomCounts{{"a", 5}}));
  EXPECT_TRUE(counts.next().counts.empty());
  counts.set(0, "a", 0);
  EXPECT_EQ(counts.next().counts, (RoomCounts{{"a", 2}}));
  counts.set(1, "a", 0);
  EXPECT_EQ(counts.next().counts, (RoomCounts{{"a", 0}}));
  counts.begin_full();
  EXPECT_TRUE(counts.next().counts.empty());
}

TEST(OnlineCounts, ManyChangesGoInSeveralReports) {
  OnlineCounts counts;
  for (int i = 0; i < 5000; ++i) counts.set(0, long_name(i), 1);
  std::size_t told = 0;
  int reports = 0;
  do {
    const CountReport report = counts.next();
    EXPECT_FALSE(report.full);
    EXPECT_LE(bytes_of(report.counts), kMaxBatchBytes);
    told += report.counts.size();
    ++reports;
  } while (counts.more());
  EXPECT_EQ(told, 5000U);
  EXPECT_GT(reports, 2);
}

TEST(OnlineCounts, AFullReportIsStretchesThatMeet) {
  OnlineCounts counts;
  for (int i = 0; i < 5000; ++i) counts.set(0, long_name(i), i + 1);
  counts.begin_full();
  std::string from;
  int told = 0, reports = 0;
  while (counts.more()) {
    const CountReport report = counts.next();
    EXPECT_TRUE(report.full);
    EXPECT_EQ(report.first, from);
    EXPECT_LE(bytes_of(report.counts), kMaxBatchBytes);
    for (const auto& [room, count] : report.counts) {
      EXPECT_EQ(room, long_name(told));
      EXPECT_EQ(count, ++told);
    }
    from = report.behind;
    ++reports;
    counts.reported(report);
  }
  EXPECT_EQ(told, 5000);
  EXPECT_EQ(from, "");
  EXPECT_GT(reports, 2);
}

TEST(OnlineCounts, AStretchThatFailedIsTheNextOneAgain) {
  OnlineCounts counts;
  for (int i = 0; i < 5000; ++i) counts.set(0, long_name(i), 1);
  counts.begin_full();
  counts.reported(counts.next());
  const CountReport failed = counts.next();
  EXPECT_NE(failed.first, "");
  EXPECT_EQ(counts.next().first, failed.first);
  EXPECT_TRUE(counts.more());
}

}  // namespace
}  // namespace im::comet
