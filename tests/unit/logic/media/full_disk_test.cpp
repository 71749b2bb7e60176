// A disk that takes no row any more, and what keeps it from that (docs/media.md).

#include <thread>
#include <vector>

#include "logic/media/first_room.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

/// Rows are written when the bytes have gone.
TEST_F(Uploads, WhatWasNeverSentMakesRoomForRows) {
  sent("hello");
  let_time_pass();
  is_full_ = [this] { return files() > 0; };
  EXPECT_TRUE(sweeper_.round().ok());
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0) << "in the same round";
}

TEST_F(Uploads, WhatMayStillBeSentOrIsNamedStaysOnAFullDisk) {
  const std::string id = sent("named");
  sent("may be sent");
  chat_.database.open()->execute("UPDATE media SET refs = 1, drop_ms = 1 WHERE id = ?", {id}).value();
  ASSERT_TRUE(begin(2, "comes").ok());
  is_full_ = [] { return true; };
  MediaSweeper sweeper{*chat_.store, incoming_, blobs_, MediaConfig{}.unfinished_ttl.count()};
  EXPECT_TRUE(sweeper.round().ok()) << "nothing is over, so nothing is written";
  EXPECT_EQ(RoomMaker(incoming_, blobs_, 0).make(*chat_.store->reader().value()).value(), 0);
  EXPECT_EQ(files(), 3U);
}

/// Who has begun to name it saw it before its time; the commit comes later.
TEST_F(Uploads, WhatIsJustOverMayBeNamedByACommitUnderWay) {
  const std::string id = sent("named");
  const auto db = chat_.store->reader().value();
  const std::int64_t now = db->clock_ms().value();
  const RoomMaker room(incoming_, blobs_, 0);
  const auto over_since = [&](std::int64_t ms) {
    chat_.database.open()->execute("UPDATE media SET drop_ms = ?", {now - ms}).value();
    return room.make(*db).value();
  };
  EXPECT_EQ(over_since(1), 0);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(over_since(RoomMaker::kUntilSettled.count()), 1);
  sent("other");
  chat_.database.open()->execute("UPDATE media SET state = 3").value();
  EXPECT_EQ(over_since(0), 1) << "what is going is named by nobody";
}

/// Its end wrote all sizes and no row; a second name was on its way, too.
TEST_F(Uploads, BytesGoUnderEachOfTheirNames) {
  const auto to = ticket(begin(1, kSmallGif).value());
  is_full_ = [] { return true; };
  EXPECT_EQ(code(put(to, 0, kSmallGif, kSmallGif.size())), 4503);
  std::filesystem::create_hard_link(folder_.file("incoming/" + to.id), put_name(folder_.file("incoming/" + to.id)));
  ASSERT_EQ(files(), 5U);
  let_time_pass();
  is_full_ = [this] { return files() > 0; };
  EXPECT_TRUE(sweeper_.round().ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

/// Media that have lost their bytes and not yet their rows, more than a round looks at.
TEST_F(Uploads, RowsThatCannotGoDoNotKeepBytes) {
  constexpr int kMoreThanARound = 401;
  const std::string id = sent("hello");
  auto db = chat_.database.open();
  ASSERT_TRUE(db->begin().ok());
  for (int i = 0; i < kMoreThanARound; ++i) {
    MediaRow row{.id = random_id(), .owner = Uid(1), .conv = conv_, .name = "a", .sha256 = random_id()};
    ASSERT_TRUE(media_table::add(*db, row, 0).ok());
    ASSERT_TRUE(db->execute("UPDATE media SET state = 2 + ?, drop_ms = 0 WHERE id = ?", {i % 2, row.id}).ok());
  }
  ASSERT_TRUE(db->execute("UPDATE media SET drop_ms = 1 WHERE id = ?", {id}).ok());
  ASSERT_TRUE(db->commit().ok());
  is_full_ = [] { return true; };
  EXPECT_FALSE(sweeper_.round().ok());
  EXPECT_EQ(files(), 0U);
}

/// So its bytes may go before its row says so.
TEST_F(Uploads, WhatIsOverIsNeitherNamedNorBegunAgain) {
  const std::string id = sent("hello");
  const auto named = [&] {
    return chat_.messages.send(
        test::TestChat::actor(1),
        {.conv = conv_, .client_id = random_id(), .type = "file", .body = "{\"media\":\"" + id + "\"}"});
  };
  let_time_pass();
  EXPECT_EQ(named().error().code, Error::Code::kNotFound);
  const auto again = begin(1, "hello").value();
  EXPECT_FALSE(again.progress.done);
  EXPECT_NE(again.progress.id, id);
  chat_.database.open()->execute("UPDATE media SET refs = 1 WHERE id = ?", {id}).value();
  EXPECT_TRUE(named().ok()) << "a message keeps it";
}

TEST_F(Uploads, UploadsLeaveRoomOnTheDisk) {
  const auto to = ticket(begin(1, "hello").value());
  ASSERT_TRUE(put(to, 0, "he", 5).ok());
  free_ = 1002;
  EXPECT_EQ(code(begin(1, "other")), 4503);
  EXPECT_EQ(uploads_.stats().failed, 1U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 1) << "a row of it would be in the way";
  auto file = uploads_.open(to, {2, 3, 5});
  EXPECT_EQ(file.value()->append("llo").error().code, Error::Code::kUnavailable);
  EXPECT_TRUE(file.value()->append("ll").ok());
  file.value().reset();
  EXPECT_EQ(uploads_.progress(to).value().offset, 4U);
  free_ = 1000 + kLeastCounted - 1;
  EXPECT_EQ(code(begin(1, "room")), 4503) << "a file of four bytes takes a block";
  free_ = 1000 + kLeastCounted;
  EXPECT_TRUE(begin(1, "room").ok());
  EXPECT_TRUE(put(to, 4, "o", 5).value().done);
}

/// Who waits for a disk that hangs must not keep all writers waiting.
TEST_F(Uploads, TheDiskIsNotAskedByWhoWrites) {
  std::vector<std::thread::id> asked;
  const auto reserve = std::make_shared<DiskReserve>(1000, [&asked] {
    asked.push_back(std::this_thread::get_id());
    return DiskReserve::Space{1'000'000, 1'000'000};
  });
  const IncomingFolder incoming = IncomingFolder::make(folder_.file("incoming"), reserve).value();
  UploadService uploads{small_config(), {*chat_.store, incoming, shaper_, signer_}};
  ASSERT_TRUE(uploads.begin(test::TestChat::actor(1), ask("hello")).ok());
  EXPECT_EQ(asked, std::vector{std::this_thread::get_id()});
}

/// For the most that may be made of it, and not only for what came; afterwards that is free for others.
TEST_F(Uploads, APictureIsMadeWhereThereIsRoomForIt) {
  const auto to = ticket(begin(1, kSmallGif).value());
  auto file = uploads_.open(to, {0, kSmallGif.size(), kSmallGif.size()}).value();
  ASSERT_TRUE(file->append(kSmallGif).ok());
  free_ = 1000 + kLimits.picture_bytes - 1;
  EXPECT_EQ(code(uploads_.complete(to, *file)), 4503);
  free_ = 1000 + kLimits.picture_bytes;
  EXPECT_TRUE(uploads_.complete(to, *file).value().done);
  EXPECT_TRUE(reserve_->admit(kLimits.picture_bytes).ok());
}

TEST(DiskReserve, IsATwentiethOfASmallDisk) {
  DiskReserve::Space space{2000, 100};
  DiskReserve reserve(1000, [&] { return space; });
  EXPECT_TRUE(reserve.admit(0).ok());
  EXPECT_FALSE(reserve.admit(1).ok());
  space.free = 99;
  EXPECT_FALSE(reserve.admit(0).ok());
  space = {1'000'000, 1001};
  EXPECT_TRUE(reserve.admit(1).ok());
  EXPECT_FALSE(reserve.admit(2).ok());
  EXPECT_TRUE(DiskReserve(0, [&] { return space; }).admit(5000).ok()) << "0 = never";
  EXPECT_TRUE(DiskReserve(1, [] { return std::nullopt; }).admit(1).ok()) << "a disk that says nothing";
}

TEST(DiskReserve, WhatIsHeldIsNotGivenTwice) {
  DiskReserve reserve(1000, [] { return DiskReserve::Space{1'000'000, 1100}; });
  {
    const auto held = reserve.hold(60);
    EXPECT_TRUE(held.ok());
    EXPECT_FALSE(reserve.hold(41).ok());
    EXPECT_TRUE(reserve.admit(40).ok());
    EXPECT_FALSE(reserve.admit(41).ok());
  }
  EXPECT_TRUE(reserve.hold(100).ok());
}

/// Whatever somebody asks for: the log has a line where it begins and one where it ends.
TEST(DiskReserve, IsNearlyFullByTheDiskAndNotByWhoAsks) {
  constexpr std::uint64_t kMiB = 1U << 20;
  DiskReserve::Space space{10'000 * kMiB, 300 * kMiB};
  DiskReserve reserve(256 * kMiB, [&] { return space; });
  EXPECT_FALSE(reserve.admit(100 * kMiB).ok());
  EXPECT_FALSE(reserve.is_nearly_full());
  space.free = 256 * kMiB;
  EXPECT_TRUE(reserve.admit(0).ok());
  EXPECT_TRUE(reserve.is_nearly_full());
  space.free = 400 * kMiB;
  EXPECT_TRUE(reserve.admit(1).ok());
  EXPECT_TRUE(reserve.is_nearly_full()) << "it would be told again soon";
  space.free = 512 * kMiB;
  EXPECT_FALSE(reserve.admit(1000 * kMiB).ok());
  EXPECT_FALSE(reserve.is_nearly_full());
}

TEST(DiskReserve, FilesHaveAReserveToo) {
  DiskReserve::Space space{1'000'000, 1'000'000, 100'000, 1000};
  DiskReserve reserve(1000, [&] { return space; });
  EXPECT_TRUE(reserve.admit(1).ok());
  space.files_free = 999;
  EXPECT_FALSE(reserve.admit(1).ok());
  EXPECT_TRUE(reserve.is_nearly_full());
  space.files = space.files_free = 0;
  EXPECT_TRUE(reserve.admit(1).ok()) << "a file system that has no number of them";
}

/// Who owns an upload may finish it when there are rows again.
TEST_F(Uploads, NothingGoesWhereRowsCannotBeRead) {
  const auto to = ticket(begin(1, "hello").value());
  ASSERT_TRUE(put(to, 0, "he", 5).ok());
  pass(std::chrono::hours(100));
  std::ofstream(folder_.file("im.db")) << "no database";
  EXPECT_EQ(make_first_room("sqlite:" + folder_.file("im.db"), folder_.file(""), 1), 0);
  EXPECT_EQ(uploads_.progress(to).value().offset, 2U);
}

}  // namespace
}  // namespace im::logic::media
