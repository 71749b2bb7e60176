#include "common/sql/lock_file.hpp"

#include <optional>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"

namespace im::sql {
namespace {

TEST(LockFile, OneHolder) {
  const test::TempFolder folder;
  const auto path = folder.file("im.db.lock");
  auto first = LockFile::take(path);
  ASSERT_TRUE(first.ok());
  const auto second = LockFile::take(path);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Error::Code::kConflict);
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos);
  {
    const LockFile gone = std::move(first).value();
  }
  EXPECT_TRUE(LockFile::take(path).ok());
}

TEST(LockFile, NoPlaceIsAnAnswer) {
  EXPECT_EQ(LockFile::take("/nowhere/im.lock").error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace im::sql
