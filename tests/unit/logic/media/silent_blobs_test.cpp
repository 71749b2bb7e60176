// A store of bytes that does not answer, and who notices that it does again (decision 116).

#include "logic/media/s3_store.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"
#include "tests/unit/s3/silent_store.hpp"

namespace im::logic::media {
namespace {

/// A store of bytes that takes nothing away and says nothing, until it speaks.
class Silent final : public BlobStore {
 public:
  explicit Silent(BlobStore& files) : files_(files) {}
  Status put(const std::string& name, const std::string& path) override { return files_.put(name, path); }
  Result<HttpContent> open(const std::string& name, const std::string& type) override {
    return files_.open(name, type);
  }
  Status remove(const std::string& name) override {
    if (speaks) return files_.remove(name);
    is_silent_ = true;
    ++in_vain;
    return Error{Error::Code::kUnavailable, "away"};
  }
  Status each(const std::string& begin, const See& see) override { return files_.each(begin, see); }
  Status each_unfinished(const std::string&, const See&) override { return Ok{}; }
  Status remove_unfinished(const std::string&) override { return Ok{}; }
  Silence silence() const override { return {is_silent_, 0}; }
  bool answers() override {
    is_silent_ = is_silent_ && !speaks;
    return !is_silent_;
  }
  bool speaks = false;
  int in_vain = 0;

 private:
  BlobStore& files_;
  bool is_silent_ = false;
};

/// Neither one line nor one transaction for each medium.
TEST_F(Uploads, ASilentStoreIsAskedForOneOfThoseThatGo) {
  for (const char* bytes : {"a", "b", "c"}) sent(bytes);
  chat_.database.open()->execute("UPDATE media SET state = 3, drop_ms = 0").value();
  Silent silent(blobs_);
  MediaSweeper sweeper{*chat_.store, incoming_, silent, 0};
  EXPECT_EQ(sweeper.round().value(), 0);
  EXPECT_EQ(sweeper.round().value(), 0) << "it is silent still";
  EXPECT_EQ(silent.in_vain, 1);
  EXPECT_EQ(sweeper.stats().failed, 1U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE drop_ms > 0"), 1);
  silent.speaks = true;
  let_time_pass();
  chat_.database.open()->execute("UPDATE media SET state = 3").value();
  EXPECT_EQ(sweeper.round().value(), 3);
}

/// Nothing is to go, and nobody else asks.
TEST_F(Uploads, TheSweepNoticesThatAStoreIsBack) {
  Silent silent(blobs_);
  EXPECT_FALSE(silent.remove("a").ok());
  MediaSweeper sweeper{*chat_.store, incoming_, silent, 0};
  ASSERT_TRUE(sweeper.round().ok());
  EXPECT_TRUE(silent.silence().is_silent);
  silent.speaks = true;
  ASSERT_TRUE(sweeper.round().ok());
  EXPECT_FALSE(silent.silence().is_silent);
}

TEST_F(Uploads, AnErasureAsksASilentStoreOnce) {
  for (const char* bytes : {"a", "b", "c"}) sent(bytes);
  Silent silent(blobs_);
  MediaSweeper sweeper{*chat_.store, incoming_, silent, 0};
  const auto erased = sweeper.erase_user(Uid(1));
  EXPECT_EQ(erased.error().message, "the bytes of 3 media are still there");
  EXPECT_EQ(silent.in_vain, 1);
}

TEST(S3Store, FindsOutThatItAnswersAgain) {
  test::SilentStore far;
  S3Store store(far.config(std::chrono::milliseconds(0)));
  EXPECT_TRUE(store.answers());
  test::tries_until([&] { return !store.open("a", "") && store.silence().is_silent; });
  ASSERT_TRUE(store.silence().is_silent);
  EXPECT_FALSE(store.answers());
  far.speak();
  test::tries_until([&] { return store.answers(); });
  EXPECT_FALSE(store.silence().is_silent);
}

}  // namespace
}  // namespace im::logic::media
