#include "logic/media/folder_store.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/blocking_pool.hpp"
#include "logic/media/media_variants.hpp"
#include "tests/support/odd_things.hpp"
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

/// Somebody who may write there would otherwise have logic serve any file that it may read.
TEST_F(Folder, ALinkIsNotFollowed) {
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  std::filesystem::remove(folder_.file("files/ab/" + kName));
  std::filesystem::create_symlink(source("secret"), folder_.file("files/ab/" + kName));
  const auto opened = blobs_.open(kName, "text/plain");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, Error::Code::kNotFound);
}

TEST_F(Folder, WhatIsNoFileIsNoneForReaders) {
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  const std::string place = folder_.file("files/ab/" + kName);
  for (const auto& odd : test::odd_things()) {
    std::filesystem::remove(place);
    if (!odd.make(place)) continue;
    const auto opened = blobs_.open(kName, "text/plain");
    ASSERT_FALSE(opened.ok()) << odd.name;
    EXPECT_EQ(opened.error().code, Error::Code::kNotFound) << odd.name << ": a reader would try again for ever";
    EXPECT_TRUE(blobs_.remove(kName).ok()) << odd.name << ": the row of the name would never go";
  }
}

TEST_F(Folder, AFileInThePlaceOfAFolderHasNothingInIt) {
  std::filesystem::create_directory(folder_.file("files"));
  std::ofstream(folder_.file("files/ab")) << "a note";
  EXPECT_EQ(blobs_.open(kName, "text/plain").error().code, Error::Code::kNotFound);
  EXPECT_TRUE(blobs_.remove(kName).ok());
}

TEST_F(Folder, WhatMayNotBeReadIsNamedToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else for a moment";
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  for (const char* open : {"", "files", "files/ab"})
    std::filesystem::permissions(folder_.file(open), std::filesystem::perms(0755));
  ASSERT_EQ(::chmod(folder_.file("files/ab/" + kName).c_str(), 0600), 0);
  constexpr uid_t kNobody = 65534;
  std::vector<std::string> odd;
  ASSERT_EQ(::seteuid(kNobody), 0);
  const auto opened = blobs_.open(kName, "text/plain");
  const auto named = blobs_.each_odd("", [&](const std::string& path) {
    odd.push_back(path);
    return true;
  });
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(opened.error().code, Error::Code::kUnavailable) << "it is there";
  EXPECT_TRUE(named.ok());
  EXPECT_EQ(odd, std::vector<std::string>{"ab/" + kName});
}

TEST_F(Folder, WhatIsNoFileIsNamedOnce) {
  ASSERT_TRUE(blobs_.put(kName, source("bytes")).ok());
  for (const char* usual : {"README", "ab/notes"}) std::ofstream(folder_.file(std::string("files/") + usual));
  std::filesystem::create_directory(folder_.file("files/lost+found"));
  for (const char* stray : {"stray", "abc", "ab/folder"})
    std::filesystem::create_directory(folder_.file(std::string("files/") + stray));
  std::filesystem::create_symlink("/etc", folder_.file("files/cd"));
  std::filesystem::create_symlink("/etc/passwd", folder_.file("files/ab/ab" + std::string(30, '1')));
  ASSERT_EQ(::mkfifo(folder_.file("files/ab/pipe").c_str(), 0600), 0);
  std::multiset<std::string> odd;
  const auto look = [&](const std::string& part) {
    EXPECT_TRUE(blobs_.each_odd(part, [&](const std::string& path) {
      odd.insert(path);
      return true;
    }));
  };
  look("");
  const std::multiset<std::string> all{"ab/ab" + std::string(30, '1'), "ab/folder", "ab/pipe", "abc", "cd", "stray"};
  EXPECT_EQ(odd, all);
  odd.clear();
  for (const char letter : std::string("0123456789abcdef")) look(std::string(1, letter));
  EXPECT_EQ(odd, all) << "in parts";
}

}  // namespace
}  // namespace im::logic::media
