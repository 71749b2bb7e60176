#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/odd_things.hpp"
#include "tests/support/temp_folder.hpp"
#include "tools/imctl/answer_members.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/chat/media_text.hpp"
#include "tools/imctl/media_answer.hpp"
#include "tools/imctl/media_client.hpp"
#include "tools/imctl/sent_bytes.hpp"
#include "tools/imctl/served_range.hpp"
#include "tools/imctl/upload_track.hpp"

namespace im::imctl {
namespace {

TEST(Media, ANameOfTheSenderIsOneFileHere) {
  EXPECT_EQ(plain_name("a b.png"), "a b.png");
  EXPECT_EQ(plain_name("/etc/passwd"), "passwd");
  EXPECT_EQ(plain_name("../../etc/cron.d/job"), "job");
  EXPECT_EQ(plain_name("a/.."), "file..") << "not the folder above";
  EXPECT_EQ(plain_name("."), "file.");
  EXPECT_EQ(plain_name(".bashrc"), "file.bashrc") << "not hidden";
  EXPECT_EQ(plain_name("-rf"), "file-rf") << "no option";
  EXPECT_EQ(plain_name("folder/"), "file");
  EXPECT_EQ(plain_name(""), "file");
}

TEST(Media, OnlyThePictureIsNotOfTheSizeThatWasSent) {
  const test::TempFolder folder;
  const std::string path = folder.file("cat.png");
  std::ofstream(path) << "nine byte";
  EXPECT_EQ(media_text("file", file_body("file", "6c", path)), "cat.png, 9 bytes");
  EXPECT_EQ(media_text("image", file_body("image", "6c", path)), "cat.png") << "it is made anew";
}

/// As a log that is rotated while it is sent: without bytes to send, a client would ask for ever.
TEST(Media, AFileThatChangesWhileItIsSentIsSaidToHaveChanged) {
  const test::TempFolder folder;
  const std::string path = folder.file("log");
  std::ofstream(path) << "nine byte";
  EXPECT_EQ(next_part(path, 0, 9), "nine byte");
  EXPECT_EQ(next_part(path, 5, 9), "byte");
  EXPECT_EQ(next_part(path, 9, 9), "") << "all are there";
  EXPECT_EQ(next_part(path, 0, 4), "nine") << "it has grown";
  for (const std::uint64_t from : {0U, 5U, 9U, 12U}) {
    try {
      next_part(path, from, 20);
      ADD_FAILURE() << from;
    } catch (const Failure& failure) {
      EXPECT_NE(std::string(failure.what()).find("log: the file has become shorter"), std::string::npos);
    }
  }
}

/// It was a file when it was looked at. A pipe would be waited for, until somebody writes to it.
TEST(Media, WhatIsNoFileAnyMoreIsNotSent) {
  const test::TempFolder folder;
  const std::string path = folder.file("a.bin");
  for (const auto& odd : test::odd_things()) {
    std::filesystem::remove(path);
    if (!odd.make(path)) continue;
    EXPECT_THROW(next_part(path, 0, 9), Failure) << odd.name;
    EXPECT_THROW(sha256_of(path), Failure) << odd.name;
    EXPECT_NE(why_unreadable(path), "") << odd.name;
  }
}

TEST(Media, APartialAnswerSaysWhatItHolds) {
  const auto served = read_served_range("bytes 5-9/100");
  ASSERT_TRUE(served.has_value());
  EXPECT_EQ(served->first, 5U);
  EXPECT_EQ(served->last, 9U);
  EXPECT_EQ(served->total, 100U);
  for (const char* wrong : {"", "bytes", "bytes 5-9", "bytes 5-9/*", "bytes */100", "bytes 9-5/100", "bytes 5-100/100",
                            "bytes 5-9/100 ", "bytes -9/100", "items 5-9/100", "bytes 5-99999999999999999999/100"})
    EXPECT_FALSE(read_served_range(wrong).has_value()) << wrong;
}

TEST(Media, OnlyWhatComesNextIsTaken) {
  const DownloadPlace place{5, 100};
  EXPECT_EQ(range_problem(place, ServedRange{5, 9, 100}, 5), "");
  EXPECT_NE(range_problem(place, std::nullopt, 5), "");
  EXPECT_NE(range_problem(place, ServedRange{5, 9, 99}, 5), "") << "another size";
  EXPECT_NE(range_problem(place, ServedRange{4, 9, 100}, 6), "") << "another place";
  EXPECT_NE(range_problem(place, ServedRange{5, 9, 100}, 4), "") << "cut";
  EXPECT_NE(range_problem(place, ServedRange{5, 9, 100}, 6), "") << "longer than it says";
  EXPECT_EQ(range_problem({0, std::nullopt}, ServedRange{0, 9, 99}, 10), "") << "nothing was announced";
}

TEST(Media, EachAddressHasItsSize) {
  const auto size = [](const char* links, const char* variant) { return announced_size(object_in(links), variant); };
  EXPECT_EQ(size(R"({"size":9,"sizes":{"file":9,"small":3}})", "small"), 3U);
  EXPECT_EQ(size(R"({"size":9})", "file"), 9U) << "logic before sizes";
  EXPECT_EQ(size(R"({"size":9})", "small"), std::nullopt) << "that is of the file";
  EXPECT_EQ(size(R"({"size":9,"sizes":{"small":-1}})", "small"), std::nullopt);
  EXPECT_EQ(size(R"({"size":"9","sizes":[]})", "file"), std::nullopt);
}

TEST(Media, WhatAnAnswerHasNotIsNamed) {
  const boost::json::object object = object_in(R"({"t":"x","f":true,"n":5,"m":-5,"o":{},"a":[]})");
  const AnswerMembers members(object, "media.begin");
  EXPECT_EQ(members.text("t"), "x");
  EXPECT_TRUE(members.flag("f"));
  EXPECT_EQ(members.count("n"), 5U);
  EXPECT_TRUE(members.object("o").empty());
  EXPECT_TRUE(members.array("a").empty());
  EXPECT_THROW(members.count("m"), Failure);
  EXPECT_THROW(members.count("t"), Failure);
  EXPECT_THROW(members.object("a"), Failure);
  EXPECT_THROW(members.array("o"), Failure);
  EXPECT_THROW(members.flag("n"), Failure);
  try {
    members.text("upload");
    ADD_FAILURE() << "there is none";
  } catch (const Failure& failure) {
    EXPECT_NE(std::string(failure.what()).find("media.begin has no \"upload\""), std::string::npos) << failure.what();
  }
}

std::chrono::milliseconds retry_in(const std::string& json) {
  return setback_in(client::HttpAnswer{503, json})->retry_in;
}

TEST(Media, NoServerIsWaitedForForEver) {
  constexpr std::chrono::milliseconds kYear = std::chrono::hours(24 * 365);
  EXPECT_EQ(retry_in(R"({"retry_ms":5})").count(), 5);
  EXPECT_EQ(retry_in(R"({"retry_ms":4611686018427387904})"), kYear);
  EXPECT_EQ(retry_in(R"({"retry_ms":18446744073709551615})"), kYear);
  EXPECT_EQ(retry_in(R"({"retry_ms":-5})").count(), 0);
  Patience patience(std::chrono::seconds(100), TimePoint{});
  EXPECT_FALSE(patience.pause(TimePoint{}, {"", kYear}).has_value());
}

/// A part is 4 MiB: an upload of 70 MiB stood still for all of its patience, although each part was taken.
TEST(Media, WhatADiskHasLostIsFurtherWhenItComesAgain) {
  UploadTrack track(0);
  EXPECT_TRUE(track.reaches(70));
  EXPECT_FALSE(track.reaches(4));
  const auto lost = setback_in(client::HttpAnswer{503, R"({"code":4503,"retry_ms":1000,"offset":0,"size":99})"});
  ASSERT_EQ(lost->kept, 0U);
  track.falls_back(*lost->kept);
  EXPECT_FALSE(track.reaches(0));
  EXPECT_TRUE(track.reaches(4));
  EXPECT_TRUE(track.reaches(8));
  EXPECT_FALSE(track.reaches(8));
}

TEST(Media, AServerThatLosesEverythingIsNotSentItForEver) {
  UploadTrack track(0);
  int moved = 0;
  for (int i = 0; i < 100; ++i) {
    if (track.reaches(4)) ++moved;
    track.falls_back(0);
  }
  EXPECT_EQ(moved, 4);
  UploadTrack other(4);
  for (int i = 0; i < 9; ++i) other.falls_back(4);
  other.falls_back(0);
  EXPECT_TRUE(other.reaches(4)) << "what is lost behind where it is, is nothing";
}

TEST(Media, OnlyLostBytesAreNamedWithTheirPlace) {
  const auto kept = [](int status, const char* json) { return setback_in(client::HttpAnswer{status, json})->kept; };
  EXPECT_EQ(kept(503, R"({"retry_ms":5,"offset":7})"), 7U);
  EXPECT_EQ(kept(503, R"({"retry_ms":5})"), std::nullopt) << "a full disk";
  EXPECT_EQ(kept(503, R"({"offset":-1})"), std::nullopt);
  EXPECT_EQ(kept(503, R"({"offset":"7"})"), std::nullopt);
  EXPECT_EQ(kept(409, R"({"retry_ms":5,"offset":7})"), std::nullopt) << "they are there";
}

TEST(Media, PausesGrowUntilItMoves) {
  using std::chrono::milliseconds;
  Patience patience(std::chrono::seconds(100), TimePoint{});
  const Setback silent{"", {}}, eager{"", milliseconds(1)};
  EXPECT_EQ(patience.pause(TimePoint{}, silent), milliseconds(500));
  EXPECT_EQ(patience.pause(TimePoint{}, silent), milliseconds(1000));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(patience.pause(TimePoint{}, silent).has_value());
  EXPECT_EQ(patience.pause(TimePoint{}, silent), milliseconds(8000));
  EXPECT_GT(patience.pause(TimePoint{}, eager), milliseconds(100)) << "also where the server asks for less";
  patience.moved(TimePoint{});
  EXPECT_EQ(patience.pause(TimePoint{}, eager), milliseconds(1));
}

TEST(Media, OneTryIsNoLongerThanPatience) {
  using std::chrono::milliseconds;
  constexpr milliseconds kMost{120'000};
  const Patience patience(std::chrono::seconds(5), TimePoint{});
  EXPECT_EQ(patience.deadline(TimePoint{} + std::chrono::seconds(2), kMost), milliseconds(3000));
  EXPECT_EQ(patience.deadline(TimePoint{} + std::chrono::seconds(9), kMost), milliseconds(1000));
  EXPECT_EQ(Patience(std::chrono::hours(1), TimePoint{}).deadline(TimePoint{}, kMost), kMost);
  EXPECT_EQ(Patience(milliseconds(0), TimePoint{}).deadline(TimePoint{}, kMost), kMost) << "one try has its time";
}

}  // namespace
}  // namespace im::imctl
