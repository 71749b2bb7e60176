#include "logic/media/upload_service.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "common/base/blocking_pool.hpp"
#include "common/keys/digest.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/media_variants.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::media {
namespace {

MediaConfig small_config() {
  MediaConfig config;
  config.max_size.value = 1000;
  config.day_bytes.value = 2500;
  config.user_bytes.value = 0;
  config.user_uploads = 3;
  return config;
}

class Uploads : public testing::Test {
 protected:
  BeginAsk ask(const std::string& bytes) {
    return {"a.txt", "text/plain", sha256_hex(bytes), static_cast<std::int64_t>(bytes.size()), conv_};
  }
  UploadTicket ticket(const Begun& begun) { return *signer_.read_upload(begun.token); }
  Outcome<Begun> begin(int uid, const std::string& bytes) {
    return uploads_.begin(test::TestChat::actor(uid), ask(bytes));
  }
  /// The code of the failure, or 0.
  template <class T>
  static int code(const Outcome<T>& outcome) {
    return outcome.ok() ? 0 : static_cast<int>(outcome.failure().code);
  }
  Outcome<Progress> put(const UploadTicket& to, std::uint64_t first, const std::string& bytes, std::uint64_t size) {
    auto file = uploads_.open(to, {first, bytes.size(), size});
    if (!file.ok()) return file.failure();
    EXPECT_TRUE(file.value()->append(bytes).ok());
    return uploads_.close(to, *file.value());
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("")))
      if (entry.is_regular_file()) ++count;
    return count;
  }
  void let_time_pass() { chat_.database.open()->execute("UPDATE media SET drop_ms = 1").value(); }

  test::TempFolder folder_;
  test::TestChat chat_;
  chat::ConvId conv_ = chat_.p2p(1, 2);
  BlockingPool pool_{{.threads = 1, .max_waiting = 10}};
  TokenSigner signer_{"key"};
  IncomingFolder incoming_ = IncomingFolder::make(folder_.file("incoming")).value();
  FolderStore blobs_{folder_.file("files"), pool_};
  PictureMaker pictures_{IM_PICTURE, std::chrono::seconds(60)};
  MediaShaper shaper_{incoming_, blobs_, pictures_, {1000, 1000}};
  UploadService uploads_{small_config(), {*chat_.store, incoming_, shaper_, signer_}};
  MediaSweeper sweeper_{*chat_.store, incoming_, blobs_, 0};
};

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
  for (const char letter : {'a', 'b'}) {
    const std::string bytes(1000, letter);
    ASSERT_TRUE(put(ticket(begin(1, bytes).value()), 0, bytes, 1000).value().done);
  }
  EXPECT_EQ(code(begin(1, std::string(501, 'c'))), 4429) << "the day";
  for (const char letter : {'d', 'e', 'f'}) EXPECT_EQ(code(begin(1, std::string(10, letter))), 0);
  EXPECT_EQ(code(begin(1, std::string(10, 'g'))), 4429) << "unfinished ones";
  EXPECT_EQ(code(begin(2, std::string(1000, 'h'))), 0) << "another user";
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
  EXPECT_GT(sweeper_.round().value(), 0);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media"), 0);
  EXPECT_EQ(code(put(ticket(begun), 2, "llo", 5)), 4404);
}

TEST_F(Uploads, WhatNoMessageNamesGoes) {
  ASSERT_TRUE(put(ticket(begin(1, "hello").value()), 0, "hello", 5).value().done);
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
  EXPECT_TRUE(uploads_.close(to, *file.value()).value().done);
  EXPECT_EQ(blobs_.open(to.id, "").value().size, 5U);
}

}  // namespace
}  // namespace im::logic::media
