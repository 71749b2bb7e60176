#include "logic/comets/replaced_book.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

using namespace std::chrono_literals;
constexpr TimePoint kStart{1000s};

SessionEpoch epoch(std::uint64_t value) { return SessionEpoch(value); }

TEST(ReplacedBook, OneBatchPerCometAtATime) {
  ReplacedBook book;
  book.add(kOne, ConnId(0, 1, 1), epoch(1), kStart);
  const auto first = book.next(kStart);
  ASSERT_TRUE(first);
  book.add(kOne, ConnId(0, 2, 1), epoch(2), kStart);
  book.add(kTwo, ConnId(0, 3, 1), epoch(3), kStart);
  const auto other = book.next(kStart);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->comet, kTwo);
  EXPECT_FALSE(book.next(kStart));
  book.settled(*first, true, kStart);
  EXPECT_EQ(book.next(kStart)->entries.front().epoch, epoch(2));
}

TEST(ReplacedBook, WhatCouldNotBeToldIsToldAgainFirst) {
  ReplacedBook book;
  book.add(kOne, ConnId(0, 1, 1), epoch(1), kStart);
  auto batch = book.next(kStart);
  book.add(kOne, ConnId(0, 2, 1), epoch(2), kStart);
  book.settled(*batch, false, kStart);
  EXPECT_FALSE(book.next(kStart));
  batch = book.next(kStart + ReplacedBook::kAgain);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->entries.size(), 2U);
  EXPECT_EQ(batch->entries[0].epoch, epoch(1));
}

TEST(ReplacedBook, ACometThatIsAwayForLongIsGivenUpAndCounted) {
  ReplacedBook book;
  book.add(kOne, ConnId(0, 1, 1), epoch(1), kStart);
  book.settled(*book.next(kStart), false, kStart);
  EXPECT_FALSE(book.next(kStart + ReplacedBook::kWorthTelling + 1s));
  EXPECT_EQ(book.dropped(), 1U);
  EXPECT_EQ(book.waiting(), 0U);
}

TEST(ReplacedBook, IsBounded) {
  ReplacedBook book;
  for (std::uint64_t i = 0; i <= ReplacedBook::kPerComet; ++i) book.add(kOne, ConnId(0, 1, 1), epoch(i), kStart);
  EXPECT_EQ(book.dropped(), 1U);
  const auto batch = book.next(kStart);
  EXPECT_EQ(batch->entries.size(), ReplacedBook::kBatch);
  EXPECT_EQ(batch->entries.front().epoch, epoch(1));
}

}  // namespace
}  // namespace im::logic
