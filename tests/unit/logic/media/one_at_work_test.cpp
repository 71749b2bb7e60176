// Whoever works on an upload holds its file, and nobody else takes it away (decision 117).

#include <functional>
#include <sys/stat.h>

#include "logic/media/media_check.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

constexpr std::int64_t kHourMs = 3600'000;

/// A finished medium whose bytes the store has lost, and whose owner sends them again.
class AtWork : public Uploads {
 protected:
  void SetUp() override {
    chat_.database.open()->execute("UPDATE media SET refs = 1").value();
    ASSERT_TRUE(blobs_.remove(id_).ok());
    to_ = ticket(begin(1, "lost").value());
  }
  std::shared_ptr<IncomingFile> hold() { return incoming_.open(id_).value(); }
  /// All bytes are there, and the request that brought them finishes it.
  std::shared_ptr<IncomingFile> hold_whole() {
    auto file = hold();
    EXPECT_TRUE(file->append("lost").ok());
    EXPECT_TRUE(file->sync().ok());
    return file;
  }

  const std::string id_ = sent("lost");
  UploadTicket to_;
  MediaSweeper hourly_{*chat_.store, incoming_, blobs_, kHourMs};
};

TEST_F(AtWork, TheSweepLeavesWhatIsHeld) {
  const auto file = hold_whole();
  pass(std::chrono::hours(2));
  EXPECT_EQ(hourly_.round().value(), 0);
  EXPECT_TRUE(uploads_.complete(to_, *file).value().done);
  EXPECT_EQ(blobs_.open(id_, "").value().size, 4U);
}

TEST_F(AtWork, WhatNobodyHoldsGoesWhenItsTimeIsOver) {
  hold_whole();
  EXPECT_EQ(hourly_.round().value(), 0);
  pass(std::chrono::hours(2));
  EXPECT_EQ(hourly_.round().value(), 1);
  EXPECT_TRUE(incoming_.names().empty());
}

TEST_F(AtWork, WhoBeginsAgainHasTheWholeTime) {
  hold_whole();
  pass(std::chrono::hours(2));
  EXPECT_EQ(begin(1, "lost").value().progress.offset, 4U);
  EXPECT_EQ(hourly_.round().value(), 0);
  EXPECT_TRUE(uploads_.complete(to_, *hold()).value().done);
}

TEST_F(AtWork, TheCheckMendsNothingThatIsHeld) {
  ASSERT_TRUE(put(to_, 0, "lost", 4).value().done);
  chat_.database.open()->execute("UPDATE media SET refs = 0").value();
  ASSERT_TRUE(incoming_.add(id_).ok());
  MediaCheck check{*chat_.store, incoming_, blobs_, 0};
  const auto report = check.look("").value();
  ASSERT_EQ(report.left_over, std::vector<std::string>{id_});
  {
    const auto file = hold();
    EXPECT_EQ(check.mend(report).value(), 0);
  }
  EXPECT_EQ(check.mend(report).value(), 1);
}

/// As a client can for as long as a request may take, and again with its ticket for a day.
TEST_F(AtWork, AnErasureDoesNotWaitForWhoGoesOn) {
  const auto file = hold();
  EXPECT_FALSE(hourly_.erase_user(Uid(1)).ok()) << "perhaps something is just being stored";
  EXPECT_EQ(hourly_.erase_user(Uid(1)).value(), 1);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(file->append("lost").error().code, Error::Code::kNotFound);
  EXPECT_EQ(code(uploads_.keep(to_, *file)), 4404);
  EXPECT_EQ(code(uploads_.complete(to_, *file)), 4404);
}

TEST_F(AtWork, WhatIsOnItsWayOutTakesNoMoreBytes) {
  chat_.database.open()->execute("UPDATE media SET state = 3").value();
  EXPECT_EQ(code(uploads_.open(to_, {0, 4, 4})), 4404);
  chat_.database.open()->execute("DELETE FROM media").value();
  EXPECT_EQ(code(uploads_.open(to_, {0, 4, 4})), 4404);
}

/// As after a restore by another user of the machine: nobody of ours opens it, so nobody holds it.
TEST_F(AtWork, AnErasureTakesWhatCannotBeOpened) {
  std::filesystem::remove(folder_.file("incoming/" + id_));
  std::filesystem::create_symlink("/dev/null", folder_.file("incoming/" + id_));
  EXPECT_EQ(hourly_.erase_user(Uid(1)).value(), 1);
  EXPECT_TRUE(incoming_.names().empty());
}

/// Whoever reads or writes it would wait for the other side for ever.
TEST_F(AtWork, WhatIsNoFileIsNotWaitedFor) {
  std::filesystem::remove(folder_.file("incoming/" + id_));
  ASSERT_EQ(::mkfifo(folder_.file("incoming/" + id_).c_str(), 0600), 0);
  EXPECT_EQ(code(begin(1, "lost")), 4503);
  EXPECT_EQ(code(uploads_.open(to_, {0, 4, 4})), 4503);
}

TEST_F(AtWork, WhatCannotBeOpenedKeepsNoPlaceOfItsUser) {
  const std::string id = begin(1, "new").value().progress.id;
  std::filesystem::remove(folder_.file("incoming/" + id));
  std::filesystem::create_symlink("/dev/null", folder_.file("incoming/" + id));
  chat_.database.open()->execute("UPDATE media SET drop_ms = 1 WHERE state = 1").value();
  MediaSweeper at_once{*chat_.store, incoming_, blobs_, -kHourMs};
  ASSERT_TRUE(at_once.round().ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE state = 1"), 0);
}

/// Something happens while bytes are stored.
class Interrupted final : public BlobStore {
 public:
  Interrupted(BlobStore& files, std::function<void()> then) : files_(files), then_(std::move(then)) {}
  Status put(const std::string& name, const std::string& path) override {
    const std::string begun = path + ".begun";
    std::filesystem::copy_file(path, begun);
    then_();
    return files_.put(name, begun);
  }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    return files_.open(name, type);
  }
  Status remove(const std::string& name) override {
    return removes ? files_.remove(name) : Status(Error{Error::Code::kUnavailable, "not now"});
  }
  Status each(const std::string& begin, const See& see) override { return files_.each(begin, see); }
  Status each_unfinished(const std::string& begin, const See& see) override {
    return files_.each_unfinished(begin, see);
  }
  Status remove_unfinished(const std::string& name) override { return files_.remove_unfinished(name); }
  bool removes = true;

 private:
  BlobStore& files_;
  const std::function<void()> then_;
};

/// Its row is gone before it is stored: no later round would find it.
TEST_F(AtWork, WhatIsStoredDuringAnErasureIsTakenAwayByWhoStoredIt) {
  const auto file = hold_whole();
  Interrupted blobs(blobs_, [this] {
    EXPECT_FALSE(hourly_.erase_user(Uid(1)).ok());
    EXPECT_TRUE(hourly_.erase_user(Uid(1)).ok());
  });
  MediaShaper shaper{incoming_, blobs, pictures_, kLimits};
  UploadService uploads{small_config(), {*chat_.store, incoming_, shaper, signer_}};
  EXPECT_EQ(code(uploads.complete(to_, *file)), 4404);
  EXPECT_FALSE(blobs_.open(id_, "").ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

/// Nor would a later one where the store does not take it away just then.
TEST_F(AtWork, WhatCannotBeTakenAwayAfterAnErasureIsOwed) {
  const auto file = hold_whole();
  bool* removes = nullptr;
  Interrupted blobs(blobs_, [&] {
    EXPECT_FALSE(hourly_.erase_user(Uid(1)).ok());
    EXPECT_TRUE(hourly_.erase_user(Uid(1)).ok());
    *removes = false;
  });
  removes = &blobs.removes;
  MediaShaper shaper{incoming_, blobs, pictures_, kLimits};
  UploadService uploads{small_config(), {*chat_.store, incoming_, shaper, signer_}};
  EXPECT_EQ(code(uploads.complete(to_, *file)), 4404);
  EXPECT_TRUE(blobs_.open(id_, "").ok());
  ASSERT_TRUE(hourly_.round().ok());
  EXPECT_FALSE(blobs_.open(id_, "").ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
}

/// By no code of ours; what the name says is another file than the one whose bytes were hashed.
TEST_F(AtWork, OnlyWhatWasHashedIsStored) {
  const auto file = hold_whole();
  std::ofstream(folder_.file("other")) << "evil";
  std::filesystem::rename(folder_.file("other"), folder_.file("incoming/" + id_));
  EXPECT_EQ(code(uploads_.complete(to_, *file)), 4503);
  EXPECT_FALSE(blobs_.open(id_, "").ok());
}

/// A folder, and what a test does while something is put there; and half of a put() of `unfinished`.
class Watched final : public BlobStore {
 public:
  explicit Watched(BlobStore& files) : files_(files) {}
  Status put(const std::string& name, const std::string& path) override {
    if (before_put) before_put(path);
    return files_.put(name, path);
  }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    return files_.open(name, type);
  }
  Status remove(const std::string& name) override { return files_.remove(name); }
  Status each(const std::string& begin, const See& see) override { return files_.each(begin, see); }
  Status each_unfinished(const std::string&, const See& see) override {
    if (!unfinished.empty()) see(unfinished);
    return Ok{};
  }
  Status remove_unfinished(const std::string&) override {
    unfinished.clear();
    return Ok{};
  }
  std::function<void(const std::string& path)> before_put;
  std::string unfinished;

 private:
  BlobStore& files_;
};

/// As above, between the hash and the store. The row is finished, and what is stored has the right length.
TEST_F(AtWork, WhatWasNotHashedDoesNotStay) {
  const auto file = hold_whole();
  Watched watched(blobs_);
  watched.before_put = [this](const std::string& path) {
    std::ofstream(folder_.file("other")) << "evil";
    std::filesystem::rename(folder_.file("other"), path);
  };
  const MediaShaper shaper{incoming_, watched, pictures_, kLimits};
  UploadService uploads{small_config(), {*chat_.store, incoming_, shaper, signer_}};
  EXPECT_EQ(code(uploads.complete(to_, *file)), 4503);
  EXPECT_FALSE(blobs_.open(id_, "").ok());
}

/// Another put() of it is under way.
TEST_F(AtWork, TheCheckLeavesAHalfPutThatIsHeld) {
  Watched watched(blobs_);
  watched.unfinished = id_;
  MediaCheck check{*chat_.store, incoming_, watched, 0};
  CheckReport report;
  report.half_put = {id_};
  {
    const auto file = hold();
    EXPECT_EQ(check.mend(report).value(), 0);
  }
  EXPECT_EQ(check.mend(report).value(), 0) << "it comes again, and the next put() takes it away";
  EXPECT_EQ(watched.unfinished, id_);
  ASSERT_TRUE(put(to_, 0, "lost", 4).value().done);
  EXPECT_EQ(check.mend(report).value(), 1);
  EXPECT_EQ(watched.unfinished, "");
}

/// Its bytes were there when the check looked, and are lost and on their way again when it mends.
TEST_F(AtWork, TheCheckLooksAgainWhenItHoldsIt) {
  CheckReport report;
  report.left_over = {id_};
  MediaCheck check{*chat_.store, incoming_, blobs_, 0};
  EXPECT_EQ(check.mend(report).value(), 0);
  EXPECT_EQ(incoming_.names(), std::vector<std::string>{id_});
}

}  // namespace
}  // namespace im::logic::media
