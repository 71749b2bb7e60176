#include "logic/console/admin_sessions.hpp"

#include <gtest/gtest.h>

#include "logic/console/admin_log.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_store.hpp"

namespace im::logic {
namespace {

struct AdminSessionsTest : testing::Test {
  AdminSessionsTest() {
    save({{"ann", AdminRole::kAdmin, hash("right")}});
    book = std::make_unique<AdminBook>(file);
    make(60'000, 3'600'000);
  }
  static std::string hash(const std::string& password) { return PasswordHash({64, 1, 1}).make(password).value(); }
  void save(const std::vector<AdminUser>& users) { ASSERT_TRUE(write_admin_users(file, users).ok()); }
  void make(std::int64_t window_ms, std::int64_t lifetime_ms) {
    sessions = std::make_unique<AdminSessions>(*rig.store, *book, LoginTries::Rules{3, window_ms}, lifetime_ms);
  }
  AdminLogin login(const std::string& name, const std::string& password, const std::string& from = "10.0.0.1") {
    const auto done = sessions->login(name, password, from);
    EXPECT_TRUE(done.ok());
    return done.ok() ? done.value() : AdminLogin{};
  }

  test::TestStore rig;
  test::TempFolder folder;
  std::string file = folder.file("admins.json");
  std::unique_ptr<AdminBook> book;
  std::unique_ptr<AdminSessions> sessions;
};

TEST_F(AdminSessionsTest, ATokenIsASessionUntilItsLogout) {
  const AdminLogin in = login("ann", "right");
  ASSERT_FALSE(in.token.empty());
  EXPECT_EQ(sessions->who(in.token).value().login, "ann");
  EXPECT_EQ(sessions->who(in.token + "x").error().code, Error::Code::kDenied);
  EXPECT_EQ(sessions->who("").error().code, Error::Code::kDenied);
  EXPECT_EQ(rig.number("SELECT COUNT(*) FROM admin_sessions WHERE token_hash = ?", {in.token}), 0);
  EXPECT_TRUE(sessions->logout(in.token).ok());
  EXPECT_FALSE(sessions->who(in.token).ok());
}

TEST_F(AdminSessionsTest, ASessionEndsWithItsTime) {
  make(60'000, 0);
  const AdminLogin in = login("ann", "right");
  ASSERT_FALSE(in.token.empty());
  EXPECT_FALSE(sessions->who(in.token).ok());
}

TEST_F(AdminSessionsTest, AnotherPasswordRoleOrNoneEndsSessions) {
  const std::string same = hash("right");
  for (const std::vector<AdminUser>& next :
       {std::vector<AdminUser>{{"ann", AdminRole::kViewer, same}},
        std::vector<AdminUser>{{"ann", AdminRole::kAdmin, hash("right")}}, std::vector<AdminUser>{}}) {
    save({{"ann", AdminRole::kAdmin, same}});
    book->look();
    const AdminLogin in = login("ann", "right");
    ASSERT_TRUE(sessions->who(in.token).ok());
    save(next);
    book->look();
    EXPECT_FALSE(sessions->who(in.token).ok());
  }
}

TEST_F(AdminSessionsTest, AFileThatCannotBeReadChangesNothing) {
  const AdminLogin in = login("ann", "right");
  ASSERT_TRUE(std::rename(file.c_str(), (file + ".gone").c_str()) == 0);
  book->look();
  EXPECT_TRUE(sessions->who(in.token).ok());
  EXPECT_THROW(AdminBook(folder.file("none.json")), std::runtime_error);
}

TEST_F(AdminSessionsTest, ThreeWrongPasswordsLockThatLoginFromThereOnly) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(login("ann", "wrong").token.empty());
  const AdminLogin locked = login("ann", "right");
  EXPECT_TRUE(locked.token.empty());
  EXPECT_GT(locked.locked_ms, 0);
  EXPECT_FALSE(login("ann", "right", "10.0.0.2").token.empty());
}

TEST_F(AdminSessionsTest, ALockEndsAndARightPasswordClears) {
  make(0, 3'600'000);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(login("ann", "wrong").token.empty());
  EXPECT_FALSE(login("ann", "right").token.empty());
  make(60'000, 3'600'000);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(login("ann", "wrong", "10.0.0.3").token.empty());
    EXPECT_FALSE(login("ann", "right", "10.0.0.3").token.empty());
  }
}

TEST_F(AdminSessionsTest, ManyLoginsLockTheAddressAndManyAddressesTheLogin) {
  for (int i = 0; i < 12; ++i) login("user" + std::to_string(i), "x", "10.0.1.1");
  EXPECT_GT(login("another", "x", "10.0.1.1").locked_ms, 0);
  const auto rows = rig.number("SELECT COUNT(*) FROM admin_tries");
  login("yet-another", "x", "10.0.1.1");
  EXPECT_EQ(rig.number("SELECT COUNT(*) FROM admin_tries"), rows) << "a locked address fills the table";
  for (int i = 0; i < 60; ++i) login("ann", "x", "10.2.0." + std::to_string(i));
  EXPECT_GT(login("ann", "right", "10.3.0.1").locked_ms, 0);
}

TEST_F(AdminSessionsTest, OneNetworkOfIpv6IsOneAddress) {
  for (int i = 0; i < 3; ++i) login("ann", "wrong", "2001:db8:1:2::" + std::to_string(i + 1));
  EXPECT_GT(login("ann", "right", "2001:db8:1:2:ffff::9").locked_ms, 0);
  EXPECT_FALSE(login("ann", "right", "2001:db8:1:3::1").token.empty());
}

TEST(Csrf, BelongsToItsSession) {
  EXPECT_TRUE(is_csrf_of(csrf_of("a"), "a"));
  EXPECT_FALSE(is_csrf_of(csrf_of("a"), "b"));
  EXPECT_FALSE(is_csrf_of("", "a"));
}

TEST(AdminLog, RowsComeNewestFirstAndKeepTheirOutcome) {
  test::TestStore rig;
  AdminLog log(*rig.store);
  const auto first = log.add({0, 0, "ann", "admin", "10.0.0.1", "user/kick", "{\"uid\":1}", 0});
  ASSERT_TRUE(first.ok()) << first.error().message;
  ASSERT_TRUE(log.add({0, 0, "bob", "viewer", "10.0.0.2", "user/kick", "{}", 403}).ok());
  ASSERT_TRUE(log.end(first.value(), 200).ok());
  const auto rows = log.rows(0, 10).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].login, "bob");
  EXPECT_EQ(rows[1].outcome, 200);
  EXPECT_EQ(rows[1].detail, "{\"uid\":1}");
  EXPECT_GT(rows[1].ts, 0);
  EXPECT_EQ(log.rows(rows[0].id, 10).value().size(), 1U);
}

}  // namespace
}  // namespace im::logic
