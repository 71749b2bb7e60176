#include "logic/accounts/account_service.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/accounts/memory_account_store.hpp"

namespace im::logic {

namespace {

class AccountServiceTest : public testing::Test {
 protected:
  AccountService make() {
    return {store,
            PasswordCost{8, 1, 1},
            rules,
            {[](Uid uid, const std::string& device, std::int64_t, std::int64_t expires) -> Result<std::string> {
               return std::to_string(uid.value()) + "/" + device + " until " + std::to_string(expires);
             },
             [this] { return now; }}};
  }
  TokenPair must(const Result<TokenPair>& pair) {
    EXPECT_TRUE(pair.ok()) << (pair.ok() ? "" : pair.error().message);
    return pair.value();
  }

  MemoryAccountStore store;
  AccountRules rules{.guests = true, .access_s = 60, .refresh_ms = 1000000, .grace_ms = 10000, .max_devices = 3};
  std::int64_t now = 5000000;
};

TEST_F(AccountServiceTest, ARegisteredUserLogsIn) {
  AccountService accounts = make();
  const TokenPair made = must(accounts.register_user("ann", "correct horse", "Ann", "phone"));
  EXPECT_EQ(made.access, "1/" + made.device + " until 5060");
  EXPECT_EQ(store.by_uid(made.uid).value().password.find("correct"), std::string::npos);
  const TokenPair again = must(accounts.login("ann", "correct horse", "tablet"));
  EXPECT_EQ(again.uid, made.uid);
  EXPECT_NE(again.device, made.device);
  EXPECT_EQ(accounts.devices(made.uid).value().size(), 2U);
}

TEST_F(AccountServiceTest, WrongLoginAndWrongPasswordSayTheSame) {
  AccountService accounts = make();
  must(accounts.register_user("ann", "correct horse", "Ann", ""));
  must(accounts.guest("Guest", ""));
  for (const auto& [login, password] :
       {std::pair{"ann", "wrong horse"}, {"bob", "correct horse"}, {"ann", ""}, {"", ""}}) {
    const auto pair = accounts.login(login, password, "");
    ASSERT_FALSE(pair.ok()) << login;
    EXPECT_EQ(pair.error().code, Error::Code::kDenied);
    EXPECT_EQ(pair.error().message, "login or password is wrong");
  }
  store.accounts.begin()->second.closed = true;
  EXPECT_EQ(accounts.login("ann", "correct horse", "").error().message, "login or password is wrong");
}

TEST_F(AccountServiceTest, WhatIsClosedStaysClosed) {
  rules.registration = false;
  rules.guests = false;
  AccountService accounts = make();
  EXPECT_EQ(accounts.register_user("ann", "correct horse", "Ann", "").error().code, Error::Code::kDenied);
  EXPECT_EQ(accounts.guest("Guest", "").error().code, Error::Code::kDenied);
  EXPECT_TRUE(store.accounts.empty());
}

TEST_F(AccountServiceTest, RefusesTakenLoginsAndShortPasswords) {
  AccountService accounts = make();
  must(accounts.register_user("ann", "correct horse", "Ann", ""));
  EXPECT_EQ(accounts.register_user("ann", "another horse", "", "").error().code, Error::Code::kConflict);
  EXPECT_EQ(accounts.register_user("bob", "short", "", "").error().code, Error::Code::kInvalid);
  EXPECT_EQ(accounts.register_user("bob", std::string(257, 'x'), "", "").error().code, Error::Code::kInvalid);
}

TEST_F(AccountServiceTest, EachRefreshTokenIsGoodOnce) {
  AccountService accounts = make();
  const TokenPair first = must(accounts.register_user("ann", "correct horse", "", ""));
  const auto second = accounts.refresh(first.refresh);
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second.value().stolen);
  EXPECT_NE(second.value().tokens.refresh, first.refresh);
  now += 60000;
  const auto third = accounts.refresh(second.value().tokens.refresh);
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third.value().tokens.device, first.device);
  EXPECT_EQ(accounts.refresh("imr_nothing").error().code, Error::Code::kDenied);
  EXPECT_EQ(accounts.refresh("nonsense").error().code, Error::Code::kDenied);
}

/// Whoever comes second, the thief or the owner: the device is closed, however often the token was rotated meanwhile.
TEST_F(AccountServiceTest, ATokenUsedTwiceClosesItsDevice) {
  AccountService accounts = make();
  const TokenPair first = must(accounts.register_user("ann", "correct horse", "", ""));
  const TokenPair other = must(accounts.login("ann", "correct horse", ""));
  std::string thief = first.refresh;
  for (int i = 0; i < 5; ++i) thief = accounts.refresh(thief).value().tokens.refresh;
  now += 11000;
  const auto owner = accounts.refresh(first.refresh);
  ASSERT_TRUE(owner.ok());
  EXPECT_TRUE(owner.value().stolen);
  EXPECT_EQ(owner.value().tokens.device, first.device);
  EXPECT_TRUE(owner.value().tokens.access.empty());
  EXPECT_FALSE(accounts.refresh(thief).ok());
  EXPECT_TRUE(accounts.refresh(other.refresh).ok()) << "other devices stay";
}

TEST_F(AccountServiceTest, ALostAnswerMayBeAskedForAgain) {
  AccountService accounts = make();
  const TokenPair first = must(accounts.register_user("ann", "correct horse", "", ""));
  ASSERT_TRUE(accounts.refresh(first.refresh).ok());
  now += 9000;
  const auto again = accounts.refresh(first.refresh);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again.value().stolen);
  EXPECT_TRUE(accounts.refresh(again.value().tokens.refresh).ok());
}

TEST_F(AccountServiceTest, ARefreshTokenEnds) {
  AccountService accounts = make();
  const TokenPair first = must(accounts.register_user("ann", "correct horse", "", ""));
  now += 1000000;
  EXPECT_FALSE(accounts.refresh(first.refresh).ok());
}

TEST_F(AccountServiceTest, OneDeviceGoesAndTheOthersStay) {
  AccountService accounts = make();
  const TokenPair phone = must(accounts.register_user("ann", "correct horse", "", "phone"));
  const TokenPair tablet = must(accounts.login("ann", "correct horse", "tablet"));
  EXPECT_TRUE(accounts.end_device(phone.uid, phone.device).ok());
  EXPECT_EQ(accounts.end_device(phone.uid, phone.device).error().code, Error::Code::kNotFound);
  EXPECT_EQ(accounts.end_device(Uid(99), tablet.device).error().code, Error::Code::kNotFound);
  EXPECT_FALSE(accounts.refresh(phone.refresh).ok());
  EXPECT_TRUE(accounts.refresh(tablet.refresh).ok());
}

TEST_F(AccountServiceTest, ANewPasswordEndsTheOtherDevices) {
  AccountService accounts = make();
  const TokenPair phone = must(accounts.register_user("ann", "correct horse", "", "phone"));
  const TokenPair tablet = must(accounts.login("ann", "correct horse", "tablet"));
  EXPECT_EQ(accounts.change_password(phone.uid, phone.device, "wrong horse", "battery staple").error().code,
            Error::Code::kDenied);
  EXPECT_EQ(accounts.change_password(phone.uid, phone.device, "correct horse", "short").error().code,
            Error::Code::kInvalid);
  const auto ended = accounts.change_password(phone.uid, phone.device, "correct horse", "battery staple");
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended.value(), std::vector<std::string>{tablet.device});
  EXPECT_FALSE(accounts.refresh(tablet.refresh).ok());
  EXPECT_TRUE(accounts.refresh(phone.refresh).ok());
  EXPECT_FALSE(accounts.login("ann", "correct horse", "").ok());
  EXPECT_TRUE(accounts.login("ann", "battery staple", "").ok());
}

TEST_F(AccountServiceTest, TheOldestDeviceMakesRoom) {
  AccountService accounts = make();
  const TokenPair oldest = must(accounts.register_user("ann", "correct horse", "", ""));
  for (int i = 0; i < 3; ++i) {
    ++now;
    must(accounts.login("ann", "correct horse", ""));
  }
  EXPECT_EQ(accounts.devices(oldest.uid).value().size(), 3U);
  EXPECT_FALSE(accounts.refresh(oldest.refresh).ok());
}

TEST_F(AccountServiceTest, AHashOfOlderCostIsMadeAnewAtLogin) {
  must(make().register_user("ann", "correct horse", "", ""));
  const std::string old = store.accounts.begin()->second.password;
  AccountService dearer(
      store, PasswordCost{16, 1, 1}, rules,
      {[](Uid, const std::string&, std::int64_t, std::int64_t) -> Result<std::string> { return std::string("t"); },
       [] { return std::int64_t{1}; }});
  must(dearer.login("ann", "correct horse", ""));
  EXPECT_NE(store.accounts.begin()->second.password, old);
  EXPECT_TRUE(store.accounts.begin()->second.password.starts_with("$argon2id$v=19$m=16,t=1,p=1$"));
  must(dearer.login("ann", "correct horse", ""));
}

TEST(ReadLogin, IsOneNameForOneUser) {
  EXPECT_EQ(read_login("Ann.B@x-y_1").value(), "ann.b@x-y_1");
  for (const char* bad : {"", "ab", "a b c", "an\xc3\xa4", "ann/b", "'; drop table users"})
    EXPECT_FALSE(read_login(bad).ok()) << bad;
  EXPECT_FALSE(read_login(std::string(65, 'a')).ok());
}

}  // namespace

}  // namespace im::logic
