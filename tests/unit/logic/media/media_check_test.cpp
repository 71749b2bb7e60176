#include "logic/media/media_check.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "common/base/blocking_pool.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_variants.hpp"
#include "tests/support/odd_things.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_chat.hpp"
#include "tests/unit/logic/media/stuck_blobs.hpp"

namespace im::logic::media {
namespace {

const std::string kId = "ab" + std::string(30, '0');
const std::string kOther = "ab" + std::string(30, '1');

constexpr std::int64_t kUnusedMs = 24LL * 3600 * 1000;

/// A store in which others have names too, of whole objects and of half ones.
class OthersToo final : public BlobStore {
 public:
  OthersToo(BlobStore& ours, std::vector<std::string> others) : ours_(ours), others_(std::move(others)) {}
  Status put(const std::string& name, const std::string& path) override { return ours_.put(name, path); }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    if (std::ranges::count(others_, name) > 0) return HttpContent{};
    return ours_.open(name, type);
  }
  Status remove(const std::string& name) override { return ours_.remove(name); }
  Status each(const std::string& begin, const See& see) override {
    for (const std::string& name : others_)
      if (name.starts_with(begin) && !see(name)) return Ok{};
    return ours_.each(begin, see);
  }
  Status each_unfinished(const std::string& begin, const See& see) override {
    for (const std::string& name : others_)
      if (name.starts_with(begin) && !see(name)) return Ok{};
    return Ok{};
  }
  Status remove_unfinished(const std::string&) override { return Ok{}; }

 private:
  BlobStore& ours_;
  const std::vector<std::string> others_;
};

class Checked : public testing::Test {
 protected:
  void write(const std::string& path) { std::ofstream(path) << "bytes"; }
  /// A finished medium of the first user, with its bytes.
  void add(const std::string& id, int owner = 1) {
    auto db = chat_.database.open();
    MediaRow row{.id = id, .owner = Uid(owner), .conv = conv_, .name = "a.bin"};
    row.sha256 = "x";
    row.size = 5;
    ASSERT_TRUE(media_table::add(*db, row, 1).ok());
    ASSERT_TRUE(media_table::count_day(*db, Uid(owner), 1, 5).ok());
    row.kind = "file";
    row.stored = 5;
    row.facts = "{}";
    row.drop_ms = unix_ms() + 60'000;
    ASSERT_TRUE(media_table::make_ready(*db, row, 0).value());
    write(folder_.file("source"));
    ASSERT_TRUE(blobs_.put(id, folder_.file("source")).ok());
    std::filesystem::remove(folder_.file("source"));
  }
  /// The first user's message that names it.
  chat::Seq send(const std::string& id) {
    chat::Draft draft{.conv = conv_, .client_id = id, .type = "file", .body = "{\"media\":\"" + id + "\"}"};
    const auto sent = chat_.messages.send(test::TestChat::actor(1), std::move(draft));
    EXPECT_TRUE(sent.ok());
    return sent.value().seq;
  }
  void sql(const std::string& text) { ASSERT_TRUE(chat_.database.open()->execute(text).ok()); }
  CheckReport look() { return check_.look("ab").value(); }
  bool is_sound() {
    const auto report = look();
    return report.lost.empty() && report.strays.empty() && report.left_over.empty() && report.half_put.empty() &&
           report.miscounted.empty() && report.odd.empty();
  }

  test::TempFolder folder_;
  test::TestChat chat_;
  chat::ConvId conv_ = chat_.p2p(1, 2);
  BlockingPool pool_{{.threads = 1, .max_waiting = 10}};
  IncomingFolder incoming_ = IncomingFolder::make(folder_.file("incoming")).value();
  FolderStore blobs_{folder_.file("files"), pool_};
  MediaCheck check_{*chat_.store, incoming_, blobs_, kUnusedMs};
  MediaSweeper sweeper_{*chat_.store, incoming_, blobs_, 0};
};

TEST_F(Checked, NothingIsWrongWithWhatIsRight) {
  add(kId);
  send(kId);
  EXPECT_TRUE(is_sound());
  EXPECT_EQ(look().rows, 1);
  EXPECT_EQ(look().files, 1);
  EXPECT_EQ(check_.look("ac").value().rows, 0);
}

TEST_F(Checked, WhatIsNoFileIsSaidAndStays) {
  add(kId);
  const std::string pipe = folder_.file("files/ab/" + kOther);
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(look().odd, std::vector<std::string>{"ab/" + kOther});
  EXPECT_TRUE(look().strays.empty());
  EXPECT_EQ(check_.mend(look()).value(), 0);
  EXPECT_TRUE(std::filesystem::exists(pipe));
  EXPECT_FALSE(is_sound());
}

/// In the place of a medium's bytes, and beside them.
TEST_F(Checked, NoKindOfWhatIsNoFileStopsTheCheck) {
  add(kId);
  send(kId);
  for (const auto& odd : test::odd_things()) {
    const std::string mine = folder_.file("files/ab/" + kId), beside = folder_.file("files/ab/" + kOther);
    std::filesystem::remove(mine);
    std::filesystem::remove(beside);
    if (!odd.make(mine) || !odd.make(beside)) continue;
    auto report = check_.look("ab");
    ASSERT_TRUE(report.ok()) << odd.name << ": " << report.error().message;
    std::ranges::sort(report.value().odd);
    EXPECT_EQ(report.value().odd, (std::vector{"ab/" + kId, "ab/" + kOther})) << odd.name;
    EXPECT_EQ(report.value().lost, std::vector<std::string>{kId}) << odd.name;
    EXPECT_EQ(check_.mend(report.value()).value(), 0) << odd.name;
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::symlink_status(beside))) << odd.name;
  }
}

/// Among the uploads: said as long as it is there, and swept like what a crash left, but for a folder with something
/// in it, which is somebody else's.
TEST_F(Checked, WhatIsNoFileAmongUploadsIsSaidAndGoesLater) {
  for (const auto& odd : test::odd_things()) {
    const std::string place = incoming_.scratch(kOther, "x");
    if (!odd.make(place)) continue;
    EXPECT_EQ(look().odd, std::vector<std::string>{"incoming/" + kOther + ".x"}) << odd.name;
    EXPECT_TRUE(look().left_over.empty()) << odd.name;
    ASSERT_TRUE(sweeper_.round().ok()) << odd.name;
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(place))) << odd.name;
  }
  const std::string full = folder_.file("incoming/" + kOther);
  std::filesystem::create_directory(full);
  write(full + "/note");
  ASSERT_TRUE(sweeper_.round().ok());
  EXPECT_TRUE(std::filesystem::exists(full + "/note"));
  EXPECT_EQ(look().odd, std::vector<std::string>{"incoming/" + kOther});
  EXPECT_EQ(check_.mend(look()).value(), 0);
}

TEST_F(Checked, BytesWithoutARowGo) {
  add(kId);
  write(folder_.file("files") + "/ab/" + kOther + ".small");
  write(incoming_.scratch(kId, "picture.file"));
  EXPECT_EQ(look().strays, std::vector<std::string>{kOther + ".small"});
  EXPECT_EQ(look().left_over, std::vector<std::string>{kId + ".picture.file"});
  const auto report = look();
  EXPECT_EQ(check_.mend(report).value(), 2);
  EXPECT_EQ(check_.mend(report).value(), 0) << "by somebody else meanwhile";
  EXPECT_TRUE(is_sound());
  EXPECT_TRUE(blobs_.open(kId, "").ok());
}

/// In a bucket that is shared, or where the prefix is empty.
TEST_F(Checked, WhatHasNoNameOfAMediumIsOfOthers) {
  add(kId);
  const std::vector<std::string> others = {
      "ab",         "ab.tar",         "abba",       "abcdef/data", "ab-backup.tar",      kOther.substr(1),
      kOther + "0", kOther + ".jpg",  kOther + ".", kOther + "/a", kOther + ".small.gz", "AB" + kOther.substr(2),
      kOther + "-", kOther + ".Small"};
  OthersToo blobs(blobs_, others);
  MediaCheck check(*chat_.store, incoming_, blobs, kUnusedMs);
  const auto report = check.look("ab").value();
  EXPECT_EQ(report.strays, std::vector<std::string>{});
  EXPECT_EQ(report.half_put, std::vector<std::string>{});
  EXPECT_EQ(report.files, 1);
  EXPECT_EQ(check.mend(report).value(), 0);
}

TEST_F(Checked, WhatACrashLeftOfAnUploadHasTheNameOfGoodBytes) {
  add(kId);
  ASSERT_TRUE(incoming_.add(kId).ok());
  EXPECT_EQ(look().left_over, std::vector<std::string>{kId});
  EXPECT_EQ(check_.mend(look()).value(), 1);
  EXPECT_TRUE(is_sound());
  EXPECT_TRUE(incoming_.names().empty());
  EXPECT_TRUE(blobs_.open(kId, "").ok());
}

TEST_F(Checked, WhatItsOwnerSendsAgainIsLeftAlone) {
  add(kId);
  ASSERT_TRUE(blobs_.remove(kId).ok());
  ASSERT_TRUE(incoming_.add(kId).ok());
  const auto report = look();
  EXPECT_EQ(report.lost, std::vector<std::string>{kId});
  EXPECT_EQ(report.owners, (std::map<std::string, Uid>{{kId, Uid(1)}})) << "whom to ask for the bytes";
  EXPECT_TRUE(report.left_over.empty());
  EXPECT_EQ(check_.mend(report).value(), 0);
  EXPECT_EQ(incoming_.names(), std::vector<std::string>{kId});
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 2);
}

TEST_F(Checked, WhatCameAgainMeanwhileIsNotLost) {
  add(kId);
  ASSERT_TRUE(blobs_.remove(kId).ok());
  const auto report = look();
  write(folder_.file("source"));
  ASSERT_TRUE(blobs_.put(kId, folder_.file("source")).ok());
  EXPECT_EQ(check_.mend(report).value(), 0);
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 2);
}

TEST_F(Checked, WhatIsLostGoesWhereNoMessageNamesIt) {
  add(kId);
  add(kOther);
  send(kId);
  ASSERT_TRUE(blobs_.remove(kId).ok());
  ASSERT_TRUE(blobs_.remove(kOther).ok());
  EXPECT_EQ(look().lost.size(), 2U);
  EXPECT_EQ(check_.mend(look()).value(), 1);
  EXPECT_EQ(look().lost, std::vector<std::string>{kId});
}

/// The store has it, and says for a moment that it has not.
TEST_F(Checked, WhatIsJustFinishedIsNotLetGo) {
  add(kId);
  auto db = chat_.database.open();
  ASSERT_TRUE(media_table::keep_until(*db, kId, db->clock_ms().value() + kUnusedMs).ok());
  ASSERT_TRUE(blobs_.remove(kId).ok());
  EXPECT_EQ(look().lost, std::vector<std::string>{kId}) << "it is said all the same";
  EXPECT_EQ(check_.mend(look()).value(), 0);
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 2);
  sql("UPDATE media SET drop_ms = drop_ms - 660000");
  EXPECT_EQ(check_.mend(look()).value(), 1);
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 3);
}

TEST_F(Checked, MessagesAreCountedAnew) {
  add(kId);
  send(kId);
  sql("UPDATE media SET refs = 7");
  const auto report = look();
  EXPECT_EQ(report.miscounted, std::vector<std::string>{kId});
  EXPECT_EQ(check_.mend(report).value(), 1);
  EXPECT_EQ(check_.mend(report).value(), 0) << "by somebody else meanwhile";
  EXPECT_EQ(chat_.number("SELECT refs FROM media"), 1);
  sql("UPDATE messages SET recalled = 1");
  EXPECT_EQ(look().miscounted, std::vector<std::string>{kId}) << "named by a message that is gone";
  EXPECT_EQ(check_.mend(look()).value(), 1);
  EXPECT_EQ(chat_.number("SELECT refs FROM media"), 0);
  EXPECT_TRUE(is_sound());
}

TEST_F(Checked, ErasureTakesRowsAndBytesOfOneUser) {
  add(kId);
  add(kOther, 2);
  send(kId);
  for (const std::string& name : names_under_way(kId)) ASSERT_TRUE(incoming_.add(name).ok());
  EXPECT_EQ(sweeper_.erase_user(Uid(1)).value(), 1);
  EXPECT_TRUE(incoming_.names().empty());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 1);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media_refs"), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media_days WHERE owner = 1"), 0);
  EXPECT_FALSE(blobs_.open(kId, "").ok());
  EXPECT_TRUE(blobs_.open(kOther, "").ok());
  EXPECT_EQ(sweeper_.erase_user(Uid(1)).value(), 0) << "again: nothing is left";
}

TEST_F(Checked, ErasureFailsWhileTheBytesCannotGo) {
  add(kId);
  bool is_stuck = true;
  StuckBlobs blobs(blobs_, [&](const std::string&) { return is_stuck; });
  MediaSweeper sweeper{*chat_.store, incoming_, blobs, 0};
  EXPECT_EQ(sweeper.erase_user(Uid(1)).error().code, Error::Code::kUnavailable);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 1) << "found again";
  is_stuck = false;
  EXPECT_EQ(sweeper.erase_user(Uid(1)).value(), 1);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

TEST_F(Checked, WhatACrashLeftOfAFinishedUploadGoes) {
  add(kId);
  send(kId);
  ASSERT_TRUE(incoming_.add(kId).ok());
  ASSERT_TRUE(incoming_.add(kOther).ok());
  EXPECT_EQ(sweeper_.round().value(), 2);
  EXPECT_TRUE(incoming_.names().empty());
  EXPECT_TRUE(blobs_.open(kId, "").ok());
}

}  // namespace
}  // namespace im::logic::media
