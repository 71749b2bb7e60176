// Bytes that do not reach the disk: it is said once, and the next sync is called good (decision 123).

#include "tests/unit/logic/media/failing_disk.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

/// A sync that was not asked for would hit another test.
class UnkeptBytes : public Uploads {
 protected:
  void TearDown() override { EXPECT_TRUE(test::has_failed_sync()); }
  std::string path_of(const std::string& id) const { return folder_.file("files/" + id.substr(0, 2) + "/" + id); }
};

TEST_F(UnkeptBytes, TheUploadBeginsAnew) {
  const std::string bytes = "0123456789";
  const auto to = ticket(begin(1, bytes).value());
  ASSERT_EQ(put(to, 0, bytes.substr(0, 5), bytes.size()).value().offset, 5U);
  test::fail_sync(1);
  const auto refused = put(to, 5, bytes.substr(5), bytes.size());
  ASSERT_EQ(code(refused), 4503);
  EXPECT_GT(refused.failure().retry_in.count(), 0);
  EXPECT_EQ(refused.failure().more.at("offset"), 0);
  EXPECT_EQ(uploads_.progress(to).value().offset, 0U);
  EXPECT_EQ(code(uploads_.open(to, {0, 0, bytes.size()})), 4409) << "it is not finished by asking again";
  EXPECT_EQ(code(begin(1, bytes)), 0);
  EXPECT_TRUE(put(to, 0, bytes, bytes.size()).value().done);
  EXPECT_EQ(uploads_.stats().failed, 1U);
}

/// A logic died between the row and the last name of the upload: one file, by two names.
TEST_F(UnkeptBytes, FinishedOnesAreNotEmptied) {
  const std::string id = sent("hello");
  std::filesystem::create_hard_link(path_of(id), folder_.file("incoming/" + id));
  const UploadTicket to{id, Uid(1), 5, 0};
  auto file = uploads_.open(to, {0, 0, 5}).value();
  test::fail_sync(1);
  EXPECT_EQ(code(uploads_.keep(to, *file)), 4503);
  EXPECT_EQ(std::filesystem::file_size(path_of(id)), 5U);
  EXPECT_TRUE(uploads_.progress(to).value().done);
}

/// A logic died between the name in the store and the row: those are the same bytes, and the only ones.
TEST_F(UnkeptBytes, OnesThatWereNearlyFinishedBeginAnew) {
  const auto to = ticket(begin(1, "hello").value());
  {
    auto file = uploads_.open(to, {0, 5, 5}).value();
    ASSERT_TRUE(file->append("hello").ok());
    ASSERT_TRUE(blobs_.put(to.id, file->path()).ok());
    test::fail_sync(1);
    EXPECT_EQ(code(uploads_.keep(to, *file)), 4503);
  }
  const auto now = uploads_.progress(to);
  ASSERT_EQ(code(now), 0) << "it is not gone for ever";
  EXPECT_EQ(now.value().offset, 0U);
  EXPECT_TRUE(put(to, 0, "hello", 5).value().done);
  EXPECT_EQ(std::filesystem::file_size(path_of(to.id)), 5U);
}

/// Its bytes would be acknowledged, and nobody would find them any more.
TEST_F(UnkeptBytes, AFileWithoutItsNameTakesNone) {
  const auto to = ticket(begin(1, "hello").value());
  auto file = uploads_.open(to, {0, 5, 5}).value();
  ASSERT_TRUE(file->append("hello").ok());
  std::filesystem::rename(file->path(), folder_.file("incoming/elsewhere"));
  EXPECT_EQ(code(uploads_.keep(to, *file)), 4503);
}

/// Whoever holds it writes to it, and its name is not of this begin alone.
TEST_F(UnkeptBytes, ANameThatSomebodyHoldsStays) {
  ASSERT_TRUE(incoming_.add("an-upload").ok());
  const auto held = incoming_.open("an-upload").value();
  test::fail_sync(1);
  EXPECT_FALSE(incoming_.add("an-upload").ok());
  EXPECT_TRUE(held->append("bytes").ok());
  EXPECT_TRUE(held->has_its_name().ok());
}

TEST_F(UnkeptBytes, ASignalIsNoFailure) {
  const auto to = ticket(begin(1, "hello").value());
  test::fail_sync(1, EINTR);
  EXPECT_EQ(put(to, 0, "hel", 5).value().offset, 3U);
  ASSERT_TRUE(test::has_failed_sync());
  test::fail_sync(1, EINTR);
  EXPECT_TRUE(sync_path(folder_.file("incoming")).ok());
}

/// The name of what is to come: its bytes would be acknowledged, and lost with it.
TEST_F(UnkeptBytes, ANameOfAnUploadIsMadeAgain) {
  test::fail_sync(1);
  EXPECT_FALSE(incoming_.add("an-upload").ok());
  EXPECT_FALSE(incoming_.look("an-upload").ok());
  EXPECT_TRUE(incoming_.add("an-upload").ok());
  ASSERT_TRUE(incoming_.open("an-upload").value()->append("bytes").ok());
  test::fail_sync(1);
  EXPECT_FALSE(incoming_.add("an-upload").ok());
  EXPECT_EQ(incoming_.look("an-upload").value().size, 5U) << "its name was there for good before";
}

/// A folder that was found there, by whoever has not lived to see its name on the disk: a disk may have lost it.
TEST_F(UnkeptBytes, AnEmptyFolderOfTheStoreIsMadeAgain) {
  std::ofstream(folder_.file("source")) << "bytes";
  const std::string id(kIdLetters, 'a'), full(kIdLetters, 'b');
  ASSERT_TRUE(blobs_.put(full, folder_.file("source")).ok());
  std::filesystem::create_directory(folder_.file("files/aa"));
  test::fail_sync(1);
  EXPECT_FALSE(blobs_.put(id, folder_.file("source")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.file("files/aa")));
  test::fail_sync(1);
  EXPECT_FALSE(blobs_.put(full, folder_.file("source")).ok());
  EXPECT_TRUE(std::filesystem::exists(path_of(full)));
}

TEST_F(UnkeptBytes, AFolderIsMadeAgain) {
  test::fail_sync(1);
  EXPECT_FALSE(make_folder(folder_.file("new")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.file("new")));
  EXPECT_TRUE(make_folder(folder_.file("new")).ok());
}

/// Whichever of the syncs of a put fails: a name that stayed would be called good by the put that follows.
TEST_F(UnkeptBytes, APutThatFailedLeavesNoName) {
  std::ofstream(folder_.file("source")) << "bytes";
  int failures = 0;
  for (int nth = 1;; ++nth) {
    const std::string id(kIdLetters, "0123456789abcdef"[nth]);
    test::fail_sync(nth);
    const bool kept = blobs_.put(id, folder_.file("source")).ok();
    ASSERT_EQ(kept, !test::has_failed_sync());
    EXPECT_EQ(std::filesystem::exists(path_of(id)), kept) << "sync " << nth;
    if (kept) break;
    ++failures;
    EXPECT_TRUE(blobs_.put(id, folder_.file("source")).ok());
  }
  EXPECT_GE(failures, 4) << "the folder of folders, the folder, the bytes, the name";
}

}  // namespace
}  // namespace im::logic::media
