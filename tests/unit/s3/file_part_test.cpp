#include "common/s3/file_part.hpp"

#include <gtest/gtest.h>

#include "tests/support/odd_things.hpp"
#include "tests/support/temp_folder.hpp"

namespace im::s3 {
namespace {

/// A pipe would hold the thread of an end of an upload until somebody writes to it.
TEST(LocalFile, WhatIsNoFileIsNotOpened) {
  const test::TempFolder folder;
  for (const auto& odd : test::odd_things()) {
    const std::string path = folder.file(odd.name);
    if (!odd.make(path)) continue;
    EXPECT_EQ(LocalFile::open(path).error().code, Error::Code::kUnavailable) << odd.name;
  }
}

}  // namespace
}  // namespace im::s3
