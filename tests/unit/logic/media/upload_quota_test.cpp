// What a user may have and do, with what is made of pictures (docs/media.md, decision 113).

#include "logic/media/picture_bytes.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

constexpr std::uint64_t kMiB = 1U << 20;

TEST(PictureBytes, AreAFewTimesThoseOfTheUpload) {
  EXPECT_EQ(most_made_of(92'000, 32 * kMiB), 4 * kMiB) << "a photo that was sent with few bytes";
  EXPECT_EQ(most_made_of(3 * kMiB, 32 * kMiB), 12 * kMiB);
  EXPECT_EQ(most_made_of(30 * kMiB, 32 * kMiB), 32 * kMiB);
  EXPECT_EQ(most_made_of(92'000, kMiB), kMiB);
}

TEST(UploadQuota, CountsWhatThereIsAndWhatIsAsked) {
  MediaConfig config;
  config.user_bytes.value = 100;
  config.day_bytes.value = 50;
  config.user_uploads = 2;
  const UploadQuota quota(config);
  const auto begins = [&](MediaUse use, std::int64_t size) {
    const auto failure = quota.over_with(use, size);
    return failure ? static_cast<int>(failure->code) : 0;
  };
  EXPECT_EQ(begins({1, 60, 10}, 40), 0);
  EXPECT_EQ(begins({1, 61, 10}, 40), 4413);
  EXPECT_EQ(begins({1, 60, 11}, 40), 4429);
  EXPECT_EQ(begins({2, 60, 10}, 40), 4429);
  EXPECT_FALSE(quota.over_grown({2, 60, 10}, 40)) << "it is one of them";
  EXPECT_TRUE(quota.over_grown({2, 61, 10}, 40));
}

/// 2 by 1, of another colour.
std::string other_gif() {
  std::string gif = kSmallGif;
  gif[13] = '\x40';
  return gif;
}

TEST_F(Uploads, WhatIsMadeOfAPictureCountsForTheDay) {
  sent(kSmallGif);
  const auto stored = chat_.number("SELECT stored FROM media");
  EXPECT_EQ(stored, 3 * kLeastCounted) << "three files, each of fewer bytes than a block";
  EXPECT_EQ(chat_.number("SELECT bytes FROM media_days"), stored);
  sent("a file does not grow");
  EXPECT_EQ(chat_.number("SELECT bytes FROM media_days"), stored + kLeastCounted);
}

/// Two hundred files of six bytes took 800 kB of the disk and counted 1.2 kB.
TEST_F(Uploads, EachStoredNameCountsABlock) {
  const auto used = [&] {
    return media_table::use_of(*chat_.database.open(), Uid(1), 0, {1LL << 40, {}}).value().bytes;
  };
  auto config = small_config();
  config.day_bytes.value = 0;
  config.user_bytes.value = 5 * kLeastCounted;
  sent("a file");
  EXPECT_EQ(used(), kLeastCounted);
  ASSERT_TRUE(begin(1, "comes").ok());
  EXPECT_EQ(used(), 2 * kLeastCounted);
  sent(kSmallGif);
  EXPECT_EQ(used(), 5 * kLeastCounted);
  UploadService uploads{config, {*chat_.store, incoming_, shaper_, signer_}};
  EXPECT_EQ(code(uploads.begin(test::TestChat::actor(1), ask("one more"))), 4413);
  chat_.database.open()->execute("UPDATE media SET stored = 6 WHERE state = 2").value();
  EXPECT_EQ(used(), 3 * kLeastCounted) << "rows of before count a block each";
}

/// Nothing that they do ends a forward by somebody else.
TEST_F(Uploads, WhatOnlyOthersKeepIsNotTheirs) {
  auto config = small_config();
  config.day_bytes.value = 0;
  config.user_bytes.value = 2 * kLeastCounted;
  UploadService uploads{config, {*chat_.store, incoming_, shaper_, signer_}};
  const auto begins = [&](const char* bytes) { return code(uploads.begin(test::TestChat::actor(1), ask(bytes))); };
  const auto send = [&](const std::string& id) {
    return chat_.messages
        .send(test::TestChat::actor(1),
              {.conv = conv_, .client_id = id, .type = "file", .body = "{\"media\":\"" + id + "\"}"})
        .value()
        .seq;
  };
  const auto seq = send(sent("forwarded"));
  send(sent("theirs"));
  ASSERT_TRUE(chat_.messages.forward(test::TestChat::actor(2), conv_, seq, conv_, "f").ok());
  EXPECT_EQ(begins("one more"), 4413) << "they name it, too";
  ASSERT_TRUE(chat_.messages.recall(test::TestChat::actor(1), conv_, seq).ok());
  EXPECT_EQ(begins("one more"), 0);
  EXPECT_EQ(begins("and one"), 4413);
}

TEST_F(Uploads, BytesThatComeAgainCountOnce) {
  const std::string id = sent(kSmallGif);
  const auto before = chat_.number("SELECT bytes FROM media_days");
  ASSERT_TRUE(blobs_.remove(id).ok());
  EXPECT_EQ(sent(kSmallGif), id);
  EXPECT_EQ(chat_.number("SELECT bytes FROM media_days"), before);
}

/// What came is kept: it is finished when there are bytes again.
TEST_F(Uploads, APictureThatGrowsBeyondTheBytesOfItsUserIsNotKept) {
  const auto to = ticket(begin(1, kSmallGif).value());
  auto config = small_config();
  const auto finished_with = [&] {
    UploadService uploads{config, {*chat_.store, incoming_, shaper_, signer_}};
    const std::uint64_t there = uploads.progress(to).value().offset;
    auto file = uploads.open(to, {there, kSmallGif.size() - there, kSmallGif.size()}).value();
    EXPECT_TRUE(there > 0 || file->append(kSmallGif).ok());
    const int found = code(uploads.complete(to, *file));
    EXPECT_EQ(uploads.stats().refused_quota, found == 0 ? 0U : 1U);
    return found;
  };
  config.user_bytes.value = 500;
  EXPECT_EQ(finished_with(), 4413);
  EXPECT_EQ(files(), 1U);
  config.user_bytes.value = 0;
  config.day_bytes.value = 500;
  EXPECT_EQ(finished_with(), 4429);
  EXPECT_EQ(files(), 1U);
  config.day_bytes.value = 3 * kLeastCounted;
  EXPECT_EQ(finished_with(), 0);
  EXPECT_EQ(code(begin(1, other_gif())), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM media WHERE state = 2"), 1);
}

/// The second end asks for nothing but a row: a program that makes pictures is not even there.
TEST_F(Uploads, APictureThatWasRefusedIsNotMadeToBeRefusedAgain) {
  const auto to = ticket(begin(1, kSmallGif).value());
  auto config = small_config();
  const auto end_with = [&](const MediaShaper& shaper) {
    UploadService uploads{config, {*chat_.store, incoming_, shaper, signer_}};
    auto file = incoming_.open(to.id).value();
    EXPECT_TRUE(file->size() > 0 || file->append(kSmallGif).ok());
    const int found = code(uploads.complete(to, *file));
    EXPECT_EQ(uploads.stats().refused_quota, found == 4413 ? 1U : 0U);
    return found;
  };
  PictureMaker none{"/none", std::chrono::seconds(60)};
  const MediaShaper idle{incoming_, blobs_, none, kLimits};
  config.user_bytes.value = 500;
  EXPECT_EQ(end_with(shaper_), 4413);
  EXPECT_EQ(end_with(idle), 4413);
  EXPECT_EQ(chat_.number("SELECT bytes FROM media_days"), kLeastCounted);
  config.user_bytes.value = 0;
  EXPECT_EQ(end_with(idle), 4503) << "now it may be made";
  EXPECT_EQ(end_with(shaper_), 0);
}

TEST_F(Uploads, TheSameBytesUnderAnotherNameHaveThatName) {
  const std::string id = sent("hello");
  auto again = ask("hello");
  again.name = "b.txt";
  EXPECT_TRUE(uploads_.begin(test::TestChat::actor(1), again).value().progress.done);
  EXPECT_EQ(media_table::find(*chat_.database.open(), id).value()->name, "b.txt");
}

}  // namespace
}  // namespace im::logic::media
