#include "logic/media/picture_maker.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"
#include "tests/unit/logic/media/noise_gif.hpp"

namespace im::logic::media {
namespace {

/// 2 by 1, one colour.
constexpr std::string_view kGif("GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;",
                                36);

class Pictures : public testing::Test {
 protected:
  std::string file(const std::string& bytes) {
    std::ofstream(folder_.file("in"), std::ios::binary) << bytes;
    return folder_.file("in");
  }
  std::string program(const std::string& script) {
    const std::string path = folder_.file("program");
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  Result<MadePicture> make(const std::string& program, const std::string& bytes,
                           std::chrono::milliseconds patience = std::chrono::seconds(60)) {
    return PictureMaker(program, patience).make(file(bytes), folder_.file("out"), most_);
  }
  std::uint64_t made_bytes() const {
    std::uint64_t sum = 0;
    for (const char* variant : {"file", "small", "large"})
      sum += std::filesystem::file_size(folder_.file(std::string("out.") + variant));
    return sum;
  }

  test::TempFolder folder_;
  std::uint64_t most_ = 1U << 20;
};

TEST_F(Pictures, ThreeAreMade) {
  const auto made = make(IM_PICTURE, std::string(kGif));
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made.value().mime, "image/jpeg");
  EXPECT_EQ(made.value().file.width, 2);
  EXPECT_EQ(made.value().small.height, 1);
  for (const char* variant : {"file", "small", "large"})
    EXPECT_GT(std::filesystem::file_size(folder_.file(std::string("out.") + variant)), 0U);
}

/// Pixels that no file of few bytes holds: all that is made of them stays within the bytes that there are.
TEST_F(Pictures, WhatNeedsTooManyBytesIsMadeWithLossAndThenSmaller) {
  const auto see_through = test_pictures::noise_gif(200, true), opaque = test_pictures::noise_gif(200, false);
  ASSERT_EQ(make(IM_PICTURE, see_through).value().mime, "image/png");
  const std::uint64_t full = made_bytes();
  for (most_ = full - 1; most_ > 5000; most_ /= 3) {
    const auto made = make(IM_PICTURE, see_through);
    ASSERT_TRUE(made.ok()) << most_ << ": " << made.error().message;
    EXPECT_EQ(made.value().mime, "image/webp") << most_;
    EXPECT_LE(made_bytes(), most_);
  }
  most_ = 5000;
  EXPECT_LT(make(IM_PICTURE, see_through).value().file.width, 200);
  const auto made = make(IM_PICTURE, opaque);
  EXPECT_EQ(made.value().mime, "image/jpeg");
  EXPECT_LE(made_bytes(), most_);
  EXPECT_LT(made.value().file.width, 200);
  most_ = 10;
  EXPECT_EQ(make(IM_PICTURE, opaque).error().code, Error::Code::kInvalid);
}

TEST_F(Pictures, WhatIsNoneIsRefused) {
  for (const auto& bytes : {std::string(), std::string("hello"), std::string(kGif.substr(0, 20))}) {
    const auto made = make(IM_PICTURE, bytes);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, Error::Code::kInvalid) << made.error().message;
  }
  const auto large = make(IM_PICTURE, std::string("GIF89a\xff\xff\xff\xff\x80\0\0", 13));
  EXPECT_EQ(large.error().message, "the picture has too many pixels");
}

/// It took the place of the upload: whoever opens it would wait for somebody who writes to it.
TEST_F(Pictures, APipeInThePlaceOfTheUploadIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(folder_.file("in").c_str(), 0600), 0);
  const auto made =
      PictureMaker(IM_PICTURE, std::chrono::seconds(60)).make(folder_.file("in"), folder_.file("out"), most_);
  EXPECT_FALSE(made.ok());
}

TEST_F(Pictures, AProgramThatDoesNotEndIsEnded) {
  const auto made = make(program("exec sleep 600"), "x", std::chrono::milliseconds(50));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, Error::Code::kUnavailable) << "the machine may have been busy";
}

TEST_F(Pictures, SignalsSayWhoseFaultItWas) {
  for (const char* fault : {"SEGV", "ABRT", "BUS", "FPE", "XCPU", "XFSZ"})
    EXPECT_EQ(make(program(std::string("kill -") + fault + " $$"), "x").error().code, Error::Code::kInvalid) << fault;
  for (const char* foreign : {"KILL", "TERM", "INT", "HUP"})
    EXPECT_EQ(make(program(std::string("kill -") + foreign + " $$"), "x").error().code, Error::Code::kUnavailable)
        << foreign;
}

/// A daemon waits for SIGTERM by blocking it.
TEST_F(Pictures, TheProgramHasNoSignalsBlocked) {
  sigset_t terminate, before;
  ::sigemptyset(&terminate);
  ::sigaddset(&terminate, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &terminate, &before);
  const auto made = make(program("kill -TERM $$; exit 3"), "x");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(made.error().code, Error::Code::kUnavailable) << "it went on";
}

TEST_F(Pictures, TheProgramHasNoFilesOfThisProcess) {
  constexpr int kSomewhere = 57;
  const int open = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int inherited = ::fcntl(open, F_DUPFD, kSomewhere);  // as libraries open theirs
  const auto made = make(program("[ -e /proc/$$/fd/" + std::to_string(inherited) + " ] && exit 3; exit 1"), "x");
  ::close(inherited);
  ::close(open);
  EXPECT_EQ(made.error().code, Error::Code::kUnavailable) << "it has one";
}

TEST_F(Pictures, NoneIsBegunAfterTheEnd) {
  PictureMaker maker(IM_PICTURE, std::chrono::seconds(60));
  maker.stop();
  EXPECT_EQ(maker.make(file(std::string(kGif)), folder_.file("out"), most_).error().code, Error::Code::kUnavailable);
}

/// Its decoder would go on beside the next try, and write the same files.
TEST_F(Pictures, TheProgramGoesWithWhoeverStartedIt) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  ::close(pipe[0]);
  const pid_t child = ::fork();
  if (child == 0) {  // its stdout is heard by nobody any more
    ::dup2(::open(file(std::string(kGif)).c_str(), O_RDONLY), 0);
    ::dup2(pipe[1], 1);
    const std::string out = folder_.file("out");
    ::execl(IM_PICTURE, IM_PICTURE, out.c_str(), "100000", nullptr);
    ::_exit(9);
  }
  ::close(pipe[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("out.file")));
}

TEST_F(Pictures, WhatIsWrongWithTheProgramIsNotThePicturesFault) {
  EXPECT_EQ(make("/nowhere/im-picture", "x").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(make(program("exit 1"), "x").error().code, Error::Code::kUnavailable);
  EXPECT_EQ(make(program("echo nonsense"), "x").error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace im::logic::media
