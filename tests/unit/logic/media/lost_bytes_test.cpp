// Bytes that the store has lost, and how their owner sends them again (docs/media.md).

#include "logic/media/download_service.hpp"
#include "logic/media/media_check.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

/// Those that name it, name it again: it has its old id.
TEST_F(Uploads, LostBytesComeAgain) {
  const std::string id = sent("lost");
  chat_.database.open()->execute("UPDATE media SET refs = 1").value();
  ASSERT_TRUE(blobs_.remove(id).ok());
  const auto again = begin(1, "lost").value();
  EXPECT_FALSE(again.progress.done);
  EXPECT_EQ(again.progress.id, id);
  EXPECT_NE(begin(2, "lost").value().progress.id, id) << "another owner";
  EXPECT_EQ(put(ticket(again), 0, "lo", 4).value().offset, 2U);
  EXPECT_TRUE(put(ticket(again), 2, "st", 4).value().done);
  EXPECT_TRUE(uploads_.progress(ticket(again)).value().done);
  EXPECT_EQ(blobs_.open(id, "").value().size, 4U);
  EXPECT_TRUE(begin(1, "lost").value().progress.done);
  EXPECT_EQ(chat_.number("SELECT refs FROM media WHERE owner = 1"), 1);
}

TEST_F(Uploads, APictureIsLostWithEachOfItsSizes) {
  const std::string id = sent(kSmallGif);
  for (const std::string& name : names_of(id)) {
    ASSERT_TRUE(blobs_.remove(name).ok());
    EXPECT_FALSE(begin(1, kSmallGif).value().progress.done) << name;
    EXPECT_EQ(sent(kSmallGif), id);
    EXPECT_TRUE(blobs_.open(name, "").ok());
    EXPECT_TRUE(begin(1, kSmallGif).value().progress.done) << name;
  }
}

/// As after a crash of a disk: the names are there, and fewer bytes.
TEST_F(Uploads, BytesThatBecameFewerAreLost) {
  for (const std::string& bytes : {std::string("shorter"), kSmallGif}) {
    const std::string id = sent(bytes);
    for (const StoredBytes& stored :
         stored_bytes_of(finished(*media_table::find(*chat_.database.open(), id).value()))) {
      const std::string path = folder_.file("files/" + id.substr(0, 2) + "/" + stored.name);
      ASSERT_EQ(stored.count, std::filesystem::file_size(path)) << stored.name;
      MediaCheck check{*chat_.store, incoming_, blobs_, 0};
      EXPECT_TRUE(check.look("").value().lost.empty());
      std::filesystem::resize_file(path, *stored.count - 1);
      EXPECT_EQ(check.look("").value().lost, std::vector<std::string>{id}) << stored.name;
      EXPECT_FALSE(begin(1, bytes).value().progress.done) << stored.name;
      EXPECT_EQ(sent(bytes), id);
      EXPECT_EQ(std::filesystem::file_size(path), *stored.count);
      EXPECT_TRUE(begin(1, bytes).value().progress.done);
    }
  }
}

/// A folder that does not know of its files the first times.
class Lagging final : public BlobStore {
 public:
  Lagging(BlobStore& files, int times) : files_(files), times_(times) {}
  Status put(const std::string& name, const std::string& path) override { return files_.put(name, path); }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    return times_-- > 0 ? Result<HttpContent>(no_bytes()) : files_.open(name, type);
  }
  Status remove(const std::string& name) override { return files_.remove(name); }
  Status each(const std::string& begin, const See& see) override { return files_.each(begin, see); }
  Status each_unfinished(const std::string&, const See&) override { return Ok{}; }
  Status remove_unfinished(const std::string&) override { return Ok{}; }

 private:
  BlobStore& files_;
  int times_;
};

TEST_F(Uploads, AStoreThatLagsDoesNotMakeAFinishedUploadGone) {
  const auto to = ticket(begin(1, "hello").value());
  ASSERT_TRUE(put(to, 0, "hello", 5).value().done);
  Lagging lagging(blobs_, 1);
  const MediaShaper shaper{incoming_, lagging, pictures_, kLimits};
  UploadService uploads{small_config(), {*chat_.store, incoming_, shaper, signer_}};
  const auto first = uploads.progress(to);
  EXPECT_EQ(code(first), 4503);
  EXPECT_GT(first.failure().retry_in.count(), 0);
  EXPECT_TRUE(uploads.progress(to).value().done);
}

/// And nobody waits for that.
TEST_F(Uploads, WhatWasFinishedLongAgoIsGoneWhereTheStoreSaysSo) {
  const auto to = ticket(begin(1, "hello").value());
  ASSERT_TRUE(put(to, 0, "hello", 5).value().done);
  pass(std::chrono::minutes(1));
  Lagging lagging(blobs_, 1);
  const MediaShaper shaper{incoming_, lagging, pictures_, kLimits};
  UploadService uploads{small_config(), {*chat_.store, incoming_, shaper, signer_}};
  EXPECT_EQ(code(uploads.progress(to)), 4404);
  EXPECT_TRUE(uploads.progress(to).value().done) << "it was looked at once";
}

/// A store that is far away: whoever waits for it holds no connection to the rows.
class FarAway final : public BlobStore {
 public:
  FarAway(BlobStore& files, store::Store& rows) : files_(files), rows_(rows) {}
  Status put(const std::string& name, const std::string& path) override { return files_.put(name, path); }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    take_all_readers();
    return files_.open(name, type);
  }
  Status remove(const std::string& name) override {
    take_all_readers();
    return files_.remove(name);
  }
  Status each(const std::string& begin, const See& see) override {
    take_all_readers();
    return files_.each(begin, see);
  }
  Status each_unfinished(const std::string&, const See&) override { return Ok{}; }
  Status remove_unfinished(const std::string&) override { return Ok{}; }
  int asked() const { return asked_; }

 private:
  void take_all_readers() {
    ++asked_;
    std::vector<sql::ConnectionPool::Lease> held;
    for (std::size_t i = 0; i < store::StoreOptions{}.readers; ++i) {
      auto lease = rows_.reader();
      ASSERT_TRUE(lease.ok()) << "somebody holds one";
      held.push_back(std::move(lease).value());
    }
  }
  BlobStore& files_;
  store::Store& rows_;
  int asked_ = 0;
};

TEST_F(Uploads, NobodyHoldsAConnectionWhileBytesAreAskedFor) {
  FarAway far(blobs_, *chat_.store);
  const std::string id = sent("hello"), lost = sent("lost");
  const auto at =
      chat_.messages.send(test::TestChat::actor(1),
                          {.conv = conv_, .client_id = "c", .type = "file", .body = "{\"media\":\"" + id + "\"}"});
  DownloadService downloads{small_config(), *chat_.store, far, signer_};
  EXPECT_TRUE(downloads.open({id, "file", Uid(2), conv_, at.value().seq, 0}).ok());
  EXPECT_EQ(far.asked(), 1);
  ASSERT_TRUE(blobs_.remove(lost).ok());
  let_time_pass();
  MediaCheck check{*chat_.store, incoming_, far, 0};
  const auto report = check.look("").value();
  EXPECT_EQ(report.lost, std::vector<std::string>{lost});
  EXPECT_EQ(check.mend(report).value(), 1);
  const int before = far.asked();
  MediaSweeper sweeper{*chat_.store, incoming_, far, 0};
  EXPECT_EQ(sweeper.round().value(), 1);
  EXPECT_GT(far.asked(), before);
}

/// Half a file is none. The row knows its length, and the store says what there is.
TEST_F(Uploads, ReadersAreRefusedWhatIsNotWhole) {
  const std::string id = sent("hello"), path = folder_.file("files/" + id.substr(0, 2) + "/" + id);
  const auto at =
      chat_.messages.send(test::TestChat::actor(1),
                          {.conv = conv_, .client_id = "c", .type = "file", .body = "{\"media\":\"" + id + "\"}"});
  ASSERT_TRUE(at.ok());
  DownloadService downloads{small_config(), *chat_.store, blobs_, signer_};
  const auto open = [&] { return downloads.open({id, "file", Uid(2), conv_, at.value().seq, 0}); };
  const std::string whole = open().value().content.etag;
  for (const std::uintmax_t length : {2, 9}) {
    std::filesystem::resize_file(path, length);
    EXPECT_EQ(code(open()), 4404) << length;
  }
  std::filesystem::remove(path);
  EXPECT_EQ(code(open()), 4404);
  EXPECT_EQ(downloads.stats().lost, 3U);
  EXPECT_EQ(downloads.stats().gone, 0U) << "that is what was recalled";
  EXPECT_EQ(sent("hello"), id);
  EXPECT_EQ(open().value().content.etag, whole);
  EXPECT_EQ(downloads.stats().served, 2U);
}

TEST_F(Uploads, EachAddressIsAnnouncedWithItsSize) {
  const std::string id = sent(kSmallGif);
  const auto at =
      chat_.messages.send(test::TestChat::actor(1),
                          {.conv = conv_, .client_id = "c", .type = "image", .body = "{\"media\":\"" + id + "\"}"});
  ASSERT_TRUE(at.ok());
  DownloadService downloads{small_config(), *chat_.store, blobs_, signer_};
  const auto links = downloads.links(test::TestChat::actor(2), {conv_, at.value().seq});
  for (const char* variant : kVariants)
    EXPECT_EQ(links.value().sizes.at(variant).to_number<std::uint64_t>(),
              blobs_.open(blob_name(id, variant), "").value().size)
        << variant;
}

TEST(LostBook, TellsOfEachOnceUntilItIsFound) {
  LostBook book(2);
  EXPECT_TRUE(book.add("a"));
  EXPECT_FALSE(book.add("a"));
  EXPECT_TRUE(book.add("b"));
  EXPECT_FALSE(book.add("c")) << "full";
  book.found("a");
  EXPECT_TRUE(book.add("a"));
}

/// Neither the row, which messages name, nor what the store still has.
TEST_F(Uploads, OtherBytesForLostOnesTakeNothingAway) {
  const std::string id = sent(kSmallGif);
  pass(std::chrono::minutes(1));
  ASSERT_TRUE(blobs_.remove(id + ".small").ok());
  const auto again = ticket(begin(1, kSmallGif).value());
  EXPECT_EQ(code(put(again, 0, std::string(kSmallGif.size(), 'x'), kSmallGif.size())), 4422);
  EXPECT_EQ(code(uploads_.progress(again)), 4404) << "begins anew, and at once: it was not just finished";
  EXPECT_TRUE(blobs_.open(id, "").ok());
}

TEST_F(Uploads, WhatIsRecalledWhileItComesAgainDoesNotComeBack) {
  const std::string id = sent("recalled");
  ASSERT_TRUE(blobs_.remove(id).ok());
  const auto again = ticket(begin(1, "recalled").value());
  auto file = uploads_.open(again, {0, 8, 8}).value();
  ASSERT_TRUE(file->append("recalled").ok());
  let_time_pass();  // as a recall does
  EXPECT_EQ(code(uploads_.complete(again, *file)), 4404);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(sweeper_.round().value(), 2) << "let go, and its row";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

/// It may wait for its turn to be finished.
TEST_F(Uploads, WhatComesAgainAndIsHeldIsNotSwept) {
  const std::string id = sent("again");
  chat_.database.open()->execute("UPDATE media SET refs = 1").value();
  ASSERT_TRUE(blobs_.remove(id).ok());
  const auto again = ticket(begin(1, "again").value());
  auto file = uploads_.open(again, {0, 5, 5}).value();
  ASSERT_TRUE(file->append("again").ok());
  pass(std::chrono::minutes(100));
  EXPECT_EQ(sweeper_.round().value(), 0);
  EXPECT_TRUE(uploads_.complete(again, *file).value().done);
}

/// As a store may, of which one part lags: nothing is written down of it.
TEST_F(Uploads, BytesThatAreAwayForAMomentAreNotLost) {
  const std::string id = sent("here");
  const std::string path = folder_.file("files/" + id.substr(0, 2) + "/" + id), away = folder_.file("away");
  chat_.database.open()->execute("UPDATE media SET refs = 1").value();
  std::filesystem::rename(path, away);
  const auto again = ticket(begin(1, "here").value());
  std::filesystem::rename(away, path);
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 2);
  EXPECT_EQ(blobs_.open(id, "").value().size, 4U) << "for readers";
  EXPECT_TRUE(begin(1, "here").value().progress.done);
  EXPECT_TRUE(put(again, 0, "here", 4).value().done) << "who has begun may send it all the same";
  EXPECT_EQ(files(), 1U);
}

TEST_F(Uploads, LostBytesThatDoNotComeAgainAreWaitedForNoLonger) {
  const std::string id = sent("lost");
  chat_.database.open()->execute("UPDATE media SET refs = 1").value();
  ASSERT_TRUE(blobs_.remove(id).ok());
  const auto again = ticket(begin(1, "lost").value());
  let_time_pass();
  EXPECT_EQ(sweeper_.round().value(), 1);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(code(uploads_.progress(again)), 4404) << "it is not done";
  EXPECT_EQ(chat_.number("SELECT state FROM media"), 2) << "messages name it";
  EXPECT_EQ(sent("lost"), id);
}

}  // namespace
}  // namespace im::logic::media
