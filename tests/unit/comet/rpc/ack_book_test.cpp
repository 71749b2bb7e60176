#include "comet/rpc/ack_book.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

TEST(AckBookTest, WhatIsTakenOutOfOrderIsToldWithoutGaps) {
  AckBook book;
  book.add(2, 100);
  book.add(3, 50);
  book.add(7, 10);
  EXPECT_EQ(book.bytes(), 160U);
  book.taken(3, {30});
  EXPECT_FALSE(book.has_ack());
  EXPECT_EQ(book.bytes(), 160U);
  book.taken(2, {10, 20});
  ASSERT_TRUE(book.has_ack());
  EXPECT_EQ(book.bytes(), 10U);
  const auto ack = book.take_ack();
  EXPECT_EQ(ack.seq, 3U);
  EXPECT_EQ(ack.reached, (std::vector<std::int32_t>{10, 20, 30}));
  EXPECT_FALSE(book.has_ack());
}

TEST(AckBookTest, AcksThatWaitGrowTogether) {
  AckBook book;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) book.add(seq, 1);
  for (std::uint64_t seq = 1; seq <= 3; ++seq) book.taken(seq, {static_cast<std::int32_t>(seq)});
  const auto ack = book.take_ack();
  EXPECT_EQ(ack.seq, 3U);
  EXPECT_EQ(ack.reached, (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_TRUE(book.take_ack().reached.empty());
}

}  // namespace
}  // namespace im::comet
