#include "logic/media/upload_service.hpp"

#include <set>

#include "tests/support/odd_things.hpp"
#include "tests/unit/logic/media/stuck_blobs.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

TEST_F(Uploads, BytesComeInPartsAndEndAsAFile) {
  const auto begun = begin(1, "hello world");
  ASSERT_TRUE(begun.ok());
  const auto to = ticket(begun.value());
  EXPECT_EQ(put(to, 0, "hello", 11).value().offset, 5U);
  EXPECT_EQ(uploads_.progress(to).value().offset, 5U);
  EXPECT_EQ(code(put(to, 4, "o", 11)), 4409) << "overlaps";
  EXPECT_EQ(code(put(to, 6, "w", 11)), 4409) << "leaves a gap";
  EXPECT_TRUE(put(to, 5, " world", 11).value().done);
  EXPECT_TRUE(uploads_.progress(to).value().done);
  EXPECT_EQ(blobs_.open(to.id, "text/plain").value().size, 11U);
  EXPECT_EQ(files(), 1U) << "nothing under way any more";
  EXPECT_EQ(code(put(to, 0, "h", 11)), 4409) << "finished";
}

TEST_F(Uploads, TheSameBytesOfOneOwnerAreUploadedOnce) {
  const auto first = begin(1, "same").value();
  EXPECT_EQ(begin(1, "same").value().progress.id, first.progress.id) << "goes on";
  ASSERT_TRUE(put(ticket(first), 0, "same", 4).value().done);
  const auto again = begin(1, "same").value();
  EXPECT_TRUE(again.progress.done);
  EXPECT_EQ(again.progress.id, first.progress.id);
  EXPECT_NE(begin(2, "same").value().progress.id, first.progress.id) << "what others have is not told";
}

TEST_F(Uploads, OtherBytesThanAnnouncedAreNotKept) {
  const auto begun = begin(1, "right").value();
  EXPECT_EQ(code(put(ticket(begun), 0, "wrong", 5)), 4422);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(code(uploads_.progress(ticket(begun))), 4404);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

TEST_F(Uploads, OneWriterAtATime) {
  const auto to = ticket(begin(1, "hello").value());
  const auto held = uploads_.open(to, {0, 5, 5});
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(code(uploads_.open(to, {0, 5, 5})), 4409);
}

TEST_F(Uploads, QuotasHold) {
  EXPECT_EQ(code(begin(1, std::string(1001, 'a'))), 4413);
  for (const char letter : {'a', 'b', 'c', 'd', 'e'}) sent(std::string(1000, letter));
  for (const char letter : {'f', 'g', 'h'}) EXPECT_EQ(code(begin(1, std::string(10, letter))), 0);
  EXPECT_EQ(begin(1, std::string(10, 'i')).failure().error, "your bytes for today are used up");
  EXPECT_EQ(code(begin(2, std::string(1000, 'h'))), 0) << "another user";
  for (const char letter : {'i', 'j'}) EXPECT_EQ(code(begin(2, std::string(10, letter))), 0);
  const auto refused = begin(2, std::string(10, 'k'));
  EXPECT_EQ(code(refused), 4429);
  EXPECT_EQ(refused.failure().error, "too many uploads are unfinished");
}

TEST_F(Uploads, OnlyWhoMaySendThereBegins) {
  EXPECT_EQ(code(begin(3, "hello")), 4404);
  auto wrong = ask("hello");
  wrong.sha256 = "abc";
  EXPECT_EQ(code(uploads_.begin(test::TestChat::actor(1), wrong)), 4422);
  wrong = ask("hello");
  wrong.mime = "text";
  EXPECT_EQ(code(uploads_.begin(test::TestChat::actor(1), wrong)), 4422);
}

TEST_F(Uploads, WhatStandsStillGoes) {
  const auto begun = begin(1, "hello").value();
  ASSERT_TRUE(put(ticket(begun), 0, "he", 5).ok());
  EXPECT_EQ(sweeper_.round().value(), 0) << "its time has not come";
  let_time_pass();
  {
    const auto held = uploads_.open(ticket(begun), {2, 3, 5});
    EXPECT_EQ(sweeper_.round().value(), 0) << "somebody writes it";
  }
  let_time_pass();
  EXPECT_GT(sweeper_.round().value(), 0);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
  EXPECT_EQ(code(put(ticket(begun), 2, "llo", 5)), 4404);
}

/// Uploads that get a byte now and then, more than a round looks at, and older than one that stands still.
TEST_F(Uploads, WhatIsKeptAliveDoesNotKeepOthers) {
  constexpr int kMoreThanARound = 201;
  MediaSweeper sweeper{*chat_.store, incoming_, blobs_, MediaConfig{}.unfinished_ttl.count()};
  ASSERT_TRUE(begin(2, "stands still").ok());
  pass(std::chrono::minutes(61));
  auto db = chat_.database.open();
  for (int i = 0; i < kMoreThanARound; ++i) {
    MediaRow row{.id = random_id(), .owner = Uid(1), .conv = conv_, .name = "a", .sha256 = std::to_string(i)};
    ASSERT_TRUE(media_table::add(*db, row, 0).ok());
    ASSERT_TRUE(incoming_.add(row.id).ok());
  }
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(sweeper.round().ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE owner = 2"), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE owner = 1"), kMoreThanARound);
}

/// Bytes that cannot be removed, more than a round looks at.
TEST_F(Uploads, WhatCannotGoDoesNotKeepOthers) {
  constexpr int kMoreThanARound = 201;
  auto db = chat_.database.open();
  const auto add = [&](int uid) {
    MediaRow row{.id = random_id(), .owner = Uid(uid), .conv = conv_, .name = "a", .sha256 = random_id()};
    EXPECT_TRUE(media_table::add(*db, row, 0).ok());
    EXPECT_TRUE(db->execute("UPDATE media SET state = 3, drop_ms = ? WHERE id = ?", {uid, row.id}).ok());
    return row.id;
  };
  std::set<std::string> stuck;
  for (int i = 0; i < kMoreThanARound; ++i) stuck.insert(add(1));
  StuckBlobs blobs(blobs_, [&](const std::string& name) { return stuck.contains(name); });
  MediaSweeper sweeper{*chat_.store, incoming_, blobs, 0};
  add(2);
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(sweeper.round().ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE owner = 2"), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE owner = 1"), kMoreThanARound);
}

TEST_F(Uploads, AFolderThatWentIsMadeAgain) {
  std::filesystem::remove_all(folder_.file("incoming"));
  std::filesystem::remove_all(folder_.file("files"));
  const auto begun = begin(1, "hello");
  ASSERT_TRUE(begun.ok()) << begun.failure().error;
  EXPECT_TRUE(put(ticket(begun.value()), 0, "hello", 5).value().done);
  std::filesystem::remove_all(folder_.file("incoming"));
  std::ofstream(folder_.file("incoming")) << "something in its place";
  EXPECT_EQ(code(begin(1, "other")), 4503);
}

/// With the defaults of the configuration: what attackers left half done is there for an hour and not longer.
TEST_F(Uploads, NothingUnfinishedIsLeftAfterAnHour) {
  MediaSweeper sweeper{*chat_.store, incoming_, blobs_, MediaConfig{}.unfinished_ttl.count()};
  ASSERT_TRUE(put(ticket(begin(1, "hello").value()), 0, "he", 5).ok());
  ASSERT_TRUE(begin(2, "no byte of it ever came").ok());
  ASSERT_EQ(code(put(ticket(begin(1, "right").value()), 0, "wrong", 5)), 4422);
  std::ofstream(folder_.file("incoming/" + random_id() + ".picture.small")) << "of a logic that died";
  pass(std::chrono::minutes(59));
  EXPECT_EQ(sweeper.round().value(), 0) << "its time has not come";
  EXPECT_EQ(files(), 3U);
  pass(std::chrono::minutes(2));
  EXPECT_GT(sweeper.round().value(), 0);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

/// Nothing could be finished meanwhile.
TEST_F(Uploads, AnUploadHasItsWholeTimeAgainAfterTheRowsWereAway) {
  MediaSweeper sweeper{*chat_.store, incoming_, blobs_, MediaConfig{}.unfinished_ttl.count()};
  ASSERT_TRUE(put(ticket(begin(1, "hello").value()), 0, "he", 5).ok());
  {
    std::vector<sql::ConnectionPool::Lease> all;
    for (std::size_t i = 0; i < store::StoreOptions{}.readers; ++i) all.push_back(chat_.store->reader().value());
    EXPECT_FALSE(sweeper.round().ok());
  }
  pass(std::chrono::minutes(61));
  EXPECT_EQ(sweeper.round().value(), 0);
  EXPECT_EQ(files(), 1U);
  MediaSweeper other{*chat_.store, incoming_, blobs_, MediaConfig{}.unfinished_ttl.count()};
  let_time_pass();
  EXPECT_GT(other.round().value(), 0) << "it stood still";
}

TEST(StandingStill, BeginsAnewWhenRowsAreBack) {
  StandingStill still;
  still.rows_at(1000);
  EXPECT_EQ(still.since(10), 10) << "they were never away";
  still.no_rows();
  still.no_rows();
  still.rows_at(2000);
  still.rows_at(3000);
  EXPECT_EQ(still.since(10), 2000);
  EXPECT_EQ(still.since(2500), 2500);
}

TEST_F(Uploads, WhatNoMessageNamesGoes) {
  sent("hello");
  EXPECT_EQ(sweeper_.round().value(), 0);
  let_time_pass();
  EXPECT_GT(sweeper_.round().value(), 0);
  EXPECT_EQ(files(), 0U);
}

TEST_F(Uploads, AFileWhoseRowWasNotWrittenIsFinishedAgain) {
  const auto to = ticket(begin(1, "hello").value());
  {
    auto file = uploads_.open(to, {0, 5, 5});
    ASSERT_TRUE(file.value()->append("hello").ok());
    ASSERT_TRUE(blobs_.put(to.id, file.value()->path()).ok());  // and then the logic died
  }
  auto file = uploads_.open(to, {0, 0, 5});
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(uploads_.complete(to, *file.value()).value().done);
  EXPECT_EQ(blobs_.open(to.id, "").value().size, 5U);
}

/// Its length is no progress: a client would send the rest, to where no byte can go.
TEST_F(Uploads, WhatLiesInThePlaceOfAnUploadIsNoProgress) {
  const auto to = ticket(begin(1, "hello").value());
  for (const auto& odd : test::odd_things()) {
    incoming_.remove(to.id);
    if (!odd.make(folder_.file("incoming/" + to.id))) continue;
    EXPECT_EQ(code(uploads_.progress(to)), 4503) << odd.name;
    EXPECT_EQ(code(uploads_.open(to, {0, 5, 5})), 4503) << odd.name;
    EXPECT_EQ(code(begin(1, "hello")), 4503) << odd.name;
  }
}

}  // namespace
}  // namespace im::logic::media
