#include "logic/media/folder_store.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "common/base/blocking_pool.hpp"
#include "logic/media/media_variants.hpp"
#include "tests/support/temp_folder.hpp"

namespace im::logic::media {
namespace {

const std::string kName = "ab" + std::string(30, '0');

class Folder : public testing::Test {
 protected:
  std::string source(const std::string& bytes) {
    std::ofstream(folder_.file("source"), std::ios::trunc) << bytes;
    return folder_.file("source");
  }
  std::string stored() const {
    std::ifstream file(folder_.file("files/ab/" + kName));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("")))
      count += entry.is_regular_file() ? 1U : 0U;
    return count;
  }

  test::TempFolder folder_;
  BlockingPool pool_{{.threads = 1, .max_waiting = 10}};
  FolderStore blobs_{folder_.file("files"), pool_};
};

TEST_F(Folder, ANameThatIsThereIsReplaced) {
  ASSERT_TRUE(blobs_.put(kName, source("old")).ok());
  std::filesystem::remove(folder_.file("source"));
  ASSERT_TRUE(blobs_.put(kName, source("new")).ok());
  EXPECT_EQ(stored(), "new");
  EXPECT_EQ(files(), 2U) << "it and its source";
}

TEST_F(Folder, TheSameFileIsPutAgain) {
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  ASSERT_TRUE(blobs_.put(kName, folder_.file("source")).ok());
  EXPECT_EQ(stored(), "bytes");
  EXPECT_EQ(files(), 2U);
}

/// A folder has no second name: it stands for a disk that has no room for one.
TEST_F(Folder, WhereAFileCannotBeKeptTheOneBeforeItStays) {
  ASSERT_TRUE(blobs_.put(kName, source("good")).ok());
  std::filesystem::create_directory(folder_.file("folder"));
  EXPECT_EQ(blobs_.put(kName, folder_.file("folder")).error().code, Error::Code::kUnavailable);
  EXPECT_EQ(stored(), "good");
}

TEST_F(Folder, WhatACrashLeftOfAPutIsInNobodysWay) {
  std::ofstream(put_name(source("bytes"))) << "left";
  ASSERT_TRUE(blobs_.put(kName, folder_.file("source")).ok());
  EXPECT_EQ(stored(), "bytes");
  EXPECT_EQ(files(), 2U);
}

/// As in the folder of a disk of its own: "lost+found", which nobody may read.
TEST_F(Folder, WhatElseLiesThereIsNotLookedInto) {
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  std::ofstream(folder_.file("files/README")) << "a file where folders are";
  std::vector<std::string> names;
  EXPECT_TRUE(blobs_.each("", [&](const std::string& name) {
    names.push_back(name);
    return true;
  }));
  EXPECT_EQ(names, std::vector<std::string>{kName});
}

}  // namespace
}  // namespace im::logic::media
