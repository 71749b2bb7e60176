#include "common/keys/admin_file.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"

namespace im {
namespace {

struct AdminFile : testing::Test {
  std::string problem(const std::string& text) {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0600);
    const auto users = read_admin_users(path);
    return users.ok() ? "" : users.error().message.substr(path.size() + 2);
  }
  static std::string entry(const std::string& login, const std::string& role = "admin",
                           const std::string& hash = "$argon2id$v=19$x") {
    return R"({"login":")" + login + R"(","role":")" + role + R"(","password":")" + hash + R"("})";
  }

  test::TempFolder folder;
  std::string path = folder.file("admins.json");
};

TEST_F(AdminFile, WhatIsWrittenIsRead) {
  ASSERT_TRUE(
      write_admin_users(path, {{"ann", AdminRole::kAdmin, "$argon2id$a"}, {"bob", AdminRole::kViewer, "$argon2id$b"}})
          .ok());
  const auto users = read_admin_users(path);
  ASSERT_TRUE(users.ok()) << users.error().message;
  ASSERT_EQ(users.value().size(), 2U);
  EXPECT_EQ(users.value()[1].login, "bob");
  EXPECT_EQ(users.value()[1].role, AdminRole::kViewer);
  EXPECT_EQ(users.value()[0].password, "$argon2id$a");
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(AdminFile, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problem(R"({"admins":[]})"), "");
  EXPECT_EQ(problem(R"([])"), "must be an object with one list \"admins\"");
  EXPECT_EQ(problem(R"({"admins":[)" + entry("ann") + "," + entry("ann") + "]}"), "admins[1]: the login stands twice");
  EXPECT_EQ(problem(R"({"admins":[)" + entry("Ann") + "]}").substr(0, 17), "admins[0]: login:");
  EXPECT_EQ(problem(R"({"admins":[)" + entry("ann", "root") + "]}"), "admins[0]: role: viewer, operator or admin");
  EXPECT_EQ(problem(R"({"admins":[)" + entry("ann", "admin", "secret") + "]}").substr(0, 20), "admins[0]: password:");
  EXPECT_EQ(problem(R"({"admins":[{"login":"a"}]})").substr(0, 20), "admins[0]: must have");
}

TEST_F(AdminFile, AFileThatEverybodyReadsIsRefused) {
  ASSERT_TRUE(write_admin_users(path, {}).ok());
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(read_admin_users(path).error().code, Error::Code::kInvalid);
  ::chmod(path.c_str(), 0640);
  EXPECT_TRUE(read_admin_users(path).ok());
  std::filesystem::remove(path);
  EXPECT_EQ(read_admin_users(path).error().code, Error::Code::kNotFound);
}

}  // namespace
}  // namespace im
