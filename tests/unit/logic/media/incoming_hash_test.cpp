// The hash of an upload is that of its file, whoever brought which of its bytes.

#include "common/keys/digest.hpp"
#include "tests/unit/logic/media/failing_disk.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

class IncomingHash : public Uploads {
 protected:
  void SetUp() override { ASSERT_TRUE(incoming_.add(kUpload).ok()); }
  void TearDown() override { test::has_failed_sync(); }
  std::shared_ptr<IncomingFile> open() { return incoming_.open(kUpload).value(); }

  static constexpr const char* kUpload = "an-upload";
};

TEST_F(IncomingHash, IsThatOfAllPieces) {
  const auto file = open();
  EXPECT_EQ(file->sha256().value(), sha256_hex(""));
  std::string all;
  for (const char* piece : {"one", "", "two", "three"}) {
    ASSERT_TRUE(file->append(piece).ok());
    all += piece;
    EXPECT_EQ(file->sha256().value(), sha256_hex(all)) << "asked in between, and again";
    EXPECT_EQ(file->sha256().value(), sha256_hex(all));
  }
}

TEST_F(IncomingHash, HasWhatCameInRequestsBefore) {
  ASSERT_TRUE(open()->append("before").ok());
  const auto file = open();
  EXPECT_EQ(file->sha256().value(), sha256_hex("before"));
  ASSERT_TRUE(file->append("after").ok());
  EXPECT_EQ(file->sha256().value(), sha256_hex("beforeafter"));
}

TEST_F(IncomingHash, HasNothingOfWhatADiskHasNotKept) {
  const auto file = open();
  ASSERT_TRUE(file->append("lost").ok());
  test::fail_sync(1);
  ASSERT_FALSE(file->sync().ok());
  EXPECT_EQ(file->sha256().value(), sha256_hex(""));
  ASSERT_TRUE(file->append("kept").ok());
  EXPECT_EQ(file->sha256().value(), sha256_hex("kept"));
}

TEST_F(IncomingHash, HasNothingOfWhatWasRefused) {
  const auto file = open();
  ASSERT_TRUE(file->append("kept").ok());
  free_ = 0;
  ASSERT_FALSE(file->append("refused").ok());
  free_ = 1'000'000;
  ASSERT_TRUE(file->append("more").ok());
  EXPECT_EQ(file->sha256().value(), sha256_hex("keptmore"));
}

TEST_F(IncomingHash, IsThatOfTheFileAfterManyPieces) {
  auto file = open();
  free_ = 1ULL << 30;
  std::string all;
  for (int i = 0; i < 40; ++i) {
    const std::string piece(40'000U + static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    ASSERT_TRUE(file->append(piece).ok());
    all += piece;
  }
  EXPECT_EQ(file->sha256().value(), sha256_hex(all));
  file.reset();
  EXPECT_EQ(open()->sha256().value(), sha256_hex(all)) << "read from the file";
}

}  // namespace
}  // namespace im::logic::media
