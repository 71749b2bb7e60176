#include "common/base/secret_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im {
namespace {

class SecretFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "secretsXXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/secret";
    ASSERT_TRUE(write_secret_file(path_, "s3cret").ok());
  }
  void TearDown() override {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(folder_);
  }
  std::string error(FileSecrecy secrecy = FileSecrecy::kSecret) const {
    const auto read = read_secret_file(path_, secrecy);
    return read.ok() ? "" : read.error().message;
  }
  void mode(unsigned bits) const { ASSERT_EQ(::chmod(path_.c_str(), bits), 0); }
  std::string folder_, path_;
};

TEST_F(SecretFile, IsReadWhenItIsItsOwnersAlone) {
  EXPECT_EQ(read_secret_file(path_).value(), "s3cret");
  mode(0400);
  EXPECT_EQ(error(), "");
}

TEST_F(SecretFile, OpenToOthersIsRefusedWithTheCommandThatMendsIt) {
  for (const unsigned bits : {0666U, 0644U, 0640U, 0604U, 0620U, 0601U}) {
    mode(bits);
    EXPECT_EQ(error(), "is open to other users; chmod 600 " + path_) << bits;
  }
}

TEST_F(SecretFile, PublicKeysMayBeReadByAllAndWrittenByNobodyElse) {
  mode(0644);
  EXPECT_EQ(error(FileSecrecy::kPublic), "");
  for (const unsigned bits : {0666U, 0664U, 0646U}) {
    mode(bits);
    EXPECT_EQ(error(FileSecrecy::kPublic), "can be written by other users; chmod go-w " + path_) << bits;
  }
}

TEST_F(SecretFile, ACredentialIsTheServiceManagersAffair) {
  mode(0440);
  ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  EXPECT_EQ(error(), "");
  ::setenv("CREDENTIALS_DIRECTORY", (folder_ + "/sec").c_str(), 1);
  EXPECT_NE(error(), "");
  ::setenv("CREDENTIALS_DIRECTORY", std::filesystem::path(folder_).parent_path().c_str(), 1);
  EXPECT_NE(error(), "") << "only what lies in it";
}

TEST_F(SecretFile, WhatIsNoFileIsSaidSo) {
  path_ = folder_;
  EXPECT_EQ(error(), "is no file");
  path_ = folder_ + "/none";
  EXPECT_EQ(error(), "cannot be read: No such file or directory");
  path_ = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(error(), "is no file") << "and nobody waits for a writer";
}

TEST_F(SecretFile, IsWrittenBesideAndRenamed) {
  struct stat before{}, after{};
  ::stat(path_.c_str(), &before);
  std::ifstream reader(path_);
  std::ofstream(path_ + ".new") << "left by a writer that died";
  mode(0666);
  ASSERT_TRUE(write_secret_file(path_, "other").ok());
  ::stat(path_.c_str(), &after);
  EXPECT_NE(before.st_ino, after.st_ino);
  EXPECT_EQ(after.st_mode & 0777U, 0600U);
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "s3cret") << "who has it open goes on with all of the old one";
  EXPECT_EQ(read_secret_file(path_).value(), "other");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  EXPECT_FALSE(write_secret_file(folder_ + "/none/secret", "x").ok());
}

}  // namespace
}  // namespace im
