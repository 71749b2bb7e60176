#include "common/kafka/offset_book.hpp"

#include <gtest/gtest.h>

namespace im::kafka {
namespace {

using Offsets = std::map<std::int32_t, std::int64_t>;

TEST(OffsetBookTest, GivesWhatWasStoredOnce) {
  OffsetBook book;
  book.open(3, 10);
  EXPECT_TRUE(book.take().empty());
  book.store(3, 12);
  EXPECT_EQ(book.take(), (Offsets{{3, 12}}));
  EXPECT_TRUE(book.take().empty());
}

TEST(OffsetBookTest, NeverMovesBackExceptWhenTheLogBeganAnew) {
  OffsetBook book;
  book.open(0, 10);
  book.store(0, 20);
  book.store(0, 15);
  EXPECT_EQ(book.take(), (Offsets{{0, 20}}));
  book.restart(0, 0);
  book.store(0, 1);
  EXPECT_EQ(book.take(), (Offsets{{0, 1}}));
}

TEST(OffsetBookTest, APartitionThatIsNotOpenIsIgnored) {
  OffsetBook book;
  book.store(1, 5);
  book.give_back(1, 5);
  EXPECT_TRUE(book.take().empty());
  book.open(1, 0);
  book.store(1, 5);
  book.clear();
  EXPECT_TRUE(book.take().empty());
}

TEST(OffsetBookTest, AFailedCommitGoesWithTheNextOne) {
  OffsetBook book;
  book.open(0, 0);
  book.store(0, 5);
  book.take();
  book.give_back(0, 5);
  EXPECT_EQ(book.take(), (Offsets{{0, 5}}));
  book.store(0, 8);
  book.give_back(0, 5);  // a later one is stored already
  EXPECT_EQ(book.take(), (Offsets{{0, 8}}));
}

TEST(OffsetBookTest, TheStartingPositionMayBeCommitted) {
  OffsetBook book;
  book.open(0, 0);
  book.store(0, 0);
  EXPECT_EQ(book.take(), (Offsets{{0, 0}}));
}

}  // namespace
}  // namespace im::kafka
