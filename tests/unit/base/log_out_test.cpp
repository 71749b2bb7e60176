#include "common/base/log_out.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im::log {
namespace {

/// A log file that may have so many bytes and no more, as on a full disk.
class LogOutTest : public testing::Test {
 protected:
  LogOutTest() {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_IGN);
  }
  ~LogOutTest() override {
    room_for(before_.rlim_cur);
    std::signal(SIGXFSZ, SIG_DFL);
    ::close(file_);
  }
  void room_for(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  std::string text() const {
    std::string all(4096, '\0');
    const ssize_t count = ::pread(file_, all.data(), all.size(), 0);
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return all;
  }

  rlimit before_{};
  int file_ = ::open("/tmp", O_TMPFILE | O_RDWR | O_APPEND, 0600);
  LogOut out_{file_,
              [](std::uint64_t lines, const std::string& why) { return std::to_string(lines) + " missing: " + why; }};
};

TEST_F(LogOutTest, LinesThatFindNoRoomAreCountedAndToldOfWhenThereIsRoom) {
  out_.line("one");
  room_for(4);
  out_.line("two");
  out_.line("three");
  EXPECT_EQ(out_.lost(), 2U);
  EXPECT_EQ(text(), "one\n");
  room_for(before_.rlim_cur);
  out_.line("four");
  out_.line("five");
  EXPECT_EQ(text(), "one\n2 missing: File too large\nfour\nfive\n");
  EXPECT_EQ(out_.lost(), 2U);
}

TEST_F(LogOutTest, WhatComesAfterHalfALineBeginsANewOne) {
  out_.line("one");
  room_for(6);
  out_.line("two");
  EXPECT_EQ(text(), "one\ntw");
  room_for(before_.rlim_cur);
  out_.line("three");
  EXPECT_EQ(text(), "one\ntw\n1 missing: File too large\nthree\n");
}

/// The place is for the word of what is missing; the line after it has none yet.
TEST_F(LogOutTest, ALineAfterItsWordMayBeMissingAgain) {
  room_for(0);
  out_.line("one");
  room_for(std::string("1 missing: File too large\n").size());
  out_.line("two");
  EXPECT_EQ(text(), "1 missing: File too large\n");
  room_for(before_.rlim_cur);
  out_.line("three");
  EXPECT_EQ(text(), "1 missing: File too large\n1 missing: File too large\nthree\n");
  EXPECT_EQ(out_.lost(), 2U);
}

TEST_F(LogOutTest, NobodyReadsAnyMore) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  LogOut out(ends[1], [](std::uint64_t, const std::string&) { return std::string(); });
  out.line("one");
  EXPECT_EQ(out.lost(), 1U);
  ::close(ends[1]);
  std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace im::log
