#include "job/comet_link.hpp"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

std::vector<std::int64_t> offsets(const LinkBatch& batch) {
  std::vector<std::int64_t> offsets;
  for (const auto* part : batch.deliveries) offsets.push_back(part->offset());
  return offsets;
}

std::vector<std::int64_t> offsets(const std::vector<Delivery>& deliveries) {
  std::vector<std::int64_t> offsets;
  for (const auto& part : deliveries) offsets.push_back(part.offset());
  return offsets;
}

using Offsets = std::vector<std::int64_t>;

Debt debt(std::int32_t partition, std::int64_t offset) { return {partition, 1, offset}; }

TEST(CometLinkTest, KeepsOrderAndCountsFromOne) {
  CometLink link({});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(link.offer(delivery(0, i)));
  auto batch = link.next_batch();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->first_seq, 1U);
  EXPECT_EQ(offsets(*batch), (Offsets{0, 1, 2}));
  EXPECT_FALSE(link.next_batch());
  link.offer(delivery(0, 3));
  batch = link.next_batch();
  EXPECT_EQ(batch->first_seq, 4U);
  EXPECT_EQ(offsets(*link.acked(2)), (Offsets{0, 1}));
  EXPECT_EQ(offsets(*link.acked(4)), (Offsets{2, 3}));
  EXPECT_EQ(link.size(), 0U);
  EXPECT_EQ(link.in_flight_bytes(), 0U);
}

TEST(CometLinkTest, ABatchIsBoundedInBytesAndInNumber) {
  CometLink link({.batch_bytes = 250, .batch_count = 3});
  for (int i = 0; i < 5; ++i) link.offer(delivery(0, i, 100));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{0, 1}));
  for (int i = 5; i < 9; ++i) link.offer(delivery(0, i, 10));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{2, 3}));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{4, 5, 6}));
}

TEST(CometLinkTest, ADeliveryLargerThanABatchGoesAlone) {
  CometLink link({.batch_bytes = 50});
  link.offer(delivery(0, 0, 100));
  link.offer(delivery(0, 1, 10));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{0}));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{1}));
}

TEST(CometLinkTest, TheWindowHoldsBackUntilAcknowledged) {
  CometLink link({.window = 200, .batch_bytes = 100});
  for (int i = 0; i < 4; ++i) link.offer(delivery(0, i, 100));
  EXPECT_TRUE(link.next_batch());
  EXPECT_TRUE(link.next_batch());
  EXPECT_FALSE(link.next_batch());
  link.acked(1);
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{2}));
}

TEST(CometLinkTest, AFullBacklogStallsUntilHalfOfItIsGone) {
  CometLink link({.window = 10000, .backlog = 400, .batch_bytes = 100});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(link.offer(delivery(0, i, 100)));
  EXPECT_FALSE(link.offer(delivery(0, 4, 100)));
  EXPECT_TRUE(link.stalled());
  link.next_batch();
  EXPECT_FALSE(link.offer(delivery(0, 5, 100)));  // there is room, but not half
  link.next_batch();
  EXPECT_TRUE(link.offer(delivery(0, 6, 100)));
  EXPECT_FALSE(link.stalled());
}

TEST(CometLinkTest, AfterALostStreamEverythingUnacknowledgedGoesAgainInOrder) {
  CometLink link({.batch_count = 2});
  for (int i = 0; i < 5; ++i) link.offer(delivery(0, i));
  link.next_batch();
  link.next_batch();
  link.acked(1);
  EXPECT_EQ(link.closed(), 3U);
  auto batch = link.next_batch();
  EXPECT_EQ(batch->first_seq, 1U);
  EXPECT_EQ(offsets(*batch), (Offsets{1, 2}));
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{3, 4}));
  EXPECT_EQ(offsets(*link.acked(4)), (Offsets{1, 2, 3, 4}));
}

TEST(CometLinkTest, AnAcknowledgementOfWhatWasNeverSentIsAnError) {
  CometLink link({});
  EXPECT_FALSE(link.acked(1));
  link.offer(delivery(0, 0));
  link.next_batch();
  EXPECT_TRUE(link.acked(1));
  EXPECT_TRUE(link.acked(1)->empty());
  EXPECT_TRUE(link.acked(0)->empty());
  EXPECT_FALSE(link.acked(2));
}

TEST(CometLinkTest, RevokeForgetsWhatWaitsAndDoesNotRepeatWhatWasSent) {
  CometLink link({.batch_count = 2});
  link.offer(delivery(0, 0));
  link.offer(delivery(1, 0));
  link.next_batch();
  link.offer(delivery(0, 1));
  link.offer(delivery(1, 1));
  EXPECT_EQ(link.revoke(0), 1U);
  EXPECT_EQ(link.closed(), 1U);  // partition 0 is not ours any more
  const auto batch = link.next_batch();
  ASSERT_EQ(batch->deliveries.size(), 2U);
  EXPECT_EQ(batch->deliveries[0]->partition(), 1);
  EXPECT_EQ(offsets(*batch), (Offsets{0, 1}));
  EXPECT_EQ(link.acked(2)->size(), 2U);
  EXPECT_EQ(link.size(), 0U);
  EXPECT_EQ(link.waiting_bytes(), 0U);
}

TEST(CometLinkTest, ANewLogIsToldBeforeItsFirstRecordAndAgainUntilAcknowledged) {
  CometLink link({});
  link.offer(delivery(4, 900));
  link.log_began_anew(4);
  link.log_began_anew(4);
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{900}));
  EXPECT_FALSE(link.next_batch());  // nothing to say it with yet
  link.offer(delivery(4, 0));
  auto batch = link.next_batch();
  EXPECT_EQ(batch->restarted_partitions, (std::vector<std::int32_t>{4}));
  EXPECT_EQ(offsets(*batch), (Offsets{0}));
  link.acked(1);
  link.closed();
  batch = link.next_batch();
  EXPECT_EQ(batch->restarted_partitions, (std::vector<std::int32_t>{4}));
  link.acked(1);
  link.closed();
  link.offer(delivery(4, 1));
  EXPECT_TRUE(link.next_batch()->restarted_partitions.empty());
}

TEST(CometLinkTest, SheddingGivesTheBacklogBackAndStallsUntilASignOfLife) {
  CometLink link({.batch_count = 1});
  link.offer(delivery(0, 0));
  link.offer(delivery(0, 1));
  link.next_batch();
  EXPECT_EQ(offsets(link.shed()), (Offsets{1}));
  EXPECT_FALSE(link.offer(delivery(0, 2)));
  link.acked(1);
  EXPECT_TRUE(link.offer(delivery(0, 3)));
  link.shed();
  EXPECT_TRUE(link.stalled());
  link.opened();
  EXPECT_FALSE(link.stalled());
}

TEST(CometLinkTest, AfterDropsTheCometIsToldOnceItIsNotStalledAndAgainUntilAcknowledged) {
  CometLink link({.window = 100, .backlog = 200, .batch_count = 1});
  link.offer(delivery(0, 0, 100));
  link.next_batch();
  link.offer(delivery(0, 1, 100));
  link.offer(delivery(0, 2, 100));
  EXPECT_FALSE(link.offer(delivery(0, 3, 100)));
  EXPECT_TRUE(link.owe(debt(0, 3)));
  link.acked(1);
  EXPECT_EQ(offsets(*link.next_batch()), (Offsets{1})) << "still stalled: more may be dropped";
  EXPECT_FALSE(link.stalled());
  link.acked(2);
  auto told = link.next_batch();
  EXPECT_TRUE(told->missed);
  EXPECT_EQ(told->first_seq, 3U);
  EXPECT_TRUE(told->deliveries.empty());
  link.closed();
  link.opened();
  EXPECT_TRUE(link.next_batch()->missed);
  EXPECT_TRUE(link.take_paid().empty()) << "sent is not told";
  EXPECT_EQ(link.acked(1)->size(), 0U);
  EXPECT_EQ(link.take_paid(), (std::vector<Debt>{debt(0, 3)}));
  const auto after = link.next_batch();
  EXPECT_FALSE(after->missed);
  EXPECT_EQ(after->first_seq, 2U);
  EXPECT_EQ(offsets(*after), (Offsets{2}));
  EXPECT_EQ(offsets(*link.acked(2)), (Offsets{2}));
  link.closed();
  EXPECT_FALSE(link.next_batch());
}

TEST(CometLinkTest, WhatWasShedIsToldWithoutAnyFurtherPush) {
  CometLink link({.batch_count = 1});
  link.offer(delivery(0, 0));
  link.shed();
  link.owe(debt(0, 0));
  EXPECT_FALSE(link.next_batch());
  link.opened();
  EXPECT_TRUE(link.next_batch()->missed);
  EXPECT_FALSE(link.next_batch());
}

TEST(CometLinkTest, TheFirstDebtOfAPartitionCoversTheRest) {
  CometLink link({});
  EXPECT_TRUE(link.owe(debt(0, 5)));
  EXPECT_FALSE(link.owe(debt(0, 6)));
  EXPECT_TRUE(link.owe(debt(1, 9)));
  EXPECT_TRUE(link.owe(debt(0, 2))) << "what waited before it was shed later";
  EXPECT_EQ(link.take_paid(), (std::vector<Debt>{debt(0, 5)}));
  link.opened();
  EXPECT_TRUE(link.next_batch()->missed);
  EXPECT_TRUE(link.owe(debt(0, 7))) << "the marker that is under way says nothing of it";
  link.acked(1);
  EXPECT_EQ(link.take_paid(), (std::vector<Debt>{debt(0, 2), debt(1, 9)}));
  link.drain();
  EXPECT_EQ(link.take_paid(), (std::vector<Debt>{debt(0, 7)})) << "it is gone, and its clients with it";
}

TEST(CometLinkTest, DrainGivesEverythingBack) {
  CometLink link({.batch_count = 1});
  link.offer(delivery(0, 0));
  link.offer(delivery(0, 1));
  link.next_batch();
  EXPECT_EQ(offsets(link.drain()), (Offsets{0, 1}));
  EXPECT_EQ(link.size(), 0U);
  EXPECT_FALSE(link.next_batch());
}

// A comet that takes, acknowledges late and loses its stream: it never sees a gap, and every offer ends exactly once.
TEST(CometLinkTest, RandomModel) {
  int with_drops = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 random(seed);
    const auto dice = [&random](unsigned n) { return random() % n; };
    CometLink link({.window = 1500, .backlog = 2000, .batch_bytes = 400, .batch_count = 5});
    std::vector<std::int64_t> received;  // what the comet applied, first time each
    std::int64_t next = 0, settled = 0;
    std::uint64_t taken_seq = 0, acked_seq = 0;
    std::set<std::int64_t> refused, owed;
    std::int64_t told = -1;  // the next offset when the comet was last told that it missed something
    for (int step = 0; step < 4000; ++step) {
      const auto what = dice(100);
      if (what < 40) {
        const auto offset = next++;
        if (link.offer(delivery(0, offset, 50 + dice(100)))) continue;
        refused.insert(offset);
        if (link.owe(debt(0, offset))) owed.insert(offset);
      } else if (what < 70) {
        const auto batch = link.next_batch();
        if (!batch) continue;
        ASSERT_EQ(batch->first_seq, taken_seq + 1);
        taken_seq += batch->missed ? 1 : batch->deliveries.size();
        if (batch->missed) told = next;
        for (const auto offset : offsets(*batch)) {
          if (received.empty() || offset > received.back()) received.push_back(offset);
        }
      } else if (what < 97) {
        if (taken_seq > acked_seq) acked_seq += 1 + dice(static_cast<unsigned>(taken_seq - acked_seq));
        const auto done = link.acked(acked_seq);
        ASSERT_TRUE(done);
        settled += static_cast<std::int64_t>(done->size());
        for (const auto& paid : link.take_paid()) owed.erase(paid.offset);
      } else {
        link.closed();
        taken_seq = acked_seq = 0;
      }
      ASSERT_EQ(static_cast<std::size_t>(settled) + link.size() + refused.size(), static_cast<std::size_t>(next));
    }
    std::vector<std::int64_t> expected;
    for (std::int64_t offset = 0; expected.size() < received.size(); ++offset) {
      if (!refused.contains(offset)) expected.push_back(offset);
    }
    ASSERT_EQ(received, expected) << "seed " << seed;
    link.closed();
    std::uint64_t seq = 0;
    while (const auto batch = link.next_batch()) {
      if (batch->missed) told = next;
      link.acked(seq += batch->missed ? 1 : batch->deliveries.size());
    }
    for (const auto& paid : link.take_paid()) owed.erase(paid.offset);
    ASSERT_TRUE(owed.empty()) << "seed " << seed;
    if (refused.empty()) continue;
    ++with_drops;
    ASSERT_GT(told, *refused.rbegin()) << "seed " << seed;
  }
  EXPECT_GT(with_drops, 10);
}

}  // namespace
}  // namespace im::job
