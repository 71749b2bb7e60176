#include "logic/accounts/account_store.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "logic/accounts/sql_account_store.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/logic/accounts/memory_account_store.hpp"

namespace im::logic {

namespace {

struct Memory {
  MemoryAccountStore accounts;
};
struct Sql {
  test::TestStore rig;
  SqlAccountStore accounts{*rig.store};
};

/// What the services rely on, of the real one and of the one that their tests use.
template <class Kind>
class AccountStoreTest : public testing::Test {
 protected:
  Uid ann() {
    Account account;
    account.login = "ann";
    account.name = "Ann";
    account.password = "hash";
    return store.add(account, 1).value();
  }
  Status device(Uid uid, const std::string& id, std::int64_t seen = 10, std::size_t most = 10) {
    return store.add_device(uid, {id, "label of " + id, seen, seen}, {"token of " + id, seen, 1000}, most);
  }
  static RefreshToken next(const std::string& hash, std::int64_t now) { return {hash, now, now + 1000}; }

  Kind kind;
  AccountStore& store = kind.accounts;
};

using Kinds = testing::Types<Memory, Sql>;
TYPED_TEST_SUITE(AccountStoreTest, Kinds);

TYPED_TEST(AccountStoreTest, FindsWhatWasAdded) {
  const Uid uid = this->ann();
  const auto by_login = this->store.by_login("ann");
  ASSERT_TRUE(by_login.ok()) << by_login.error().message;
  EXPECT_EQ(by_login.value().uid, uid);
  EXPECT_EQ(by_login.value().name, "Ann");
  EXPECT_EQ(by_login.value().password, "hash");
  EXPECT_EQ(by_login.value().kind, AccountKind::kPassword);
  EXPECT_EQ(this->store.by_uid(uid).value().login, "ann");
  EXPECT_EQ(this->store.by_uid(Uid(99)).error().code, Error::Code::kNotFound);
  EXPECT_EQ(this->store.by_login("' OR 1=1 --").error().code, Error::Code::kNotFound);
  EXPECT_TRUE(this->store.set_password(uid, "other", 2).ok());
  EXPECT_EQ(this->store.by_uid(uid).value().password, "other");
}

TYPED_TEST(AccountStoreTest, ALoginIsTakenOnceAndGuestsHaveNone) {
  this->ann();
  Account again;
  again.login = "ann";
  again.password = "x";
  EXPECT_EQ(this->store.add(again, 1).error().code, Error::Code::kConflict);
  Account guest;
  guest.kind = AccountKind::kGuest;
  guest.name = "Visitor";
  const Uid first = this->store.add(guest, 1).value();
  const Uid second = this->store.add(guest, 1).value();
  EXPECT_NE(first, second);
  EXPECT_EQ(this->store.by_uid(first).value().kind, AccountKind::kGuest);
  EXPECT_EQ(this->store.by_uid(first).value().password, "");
}

TYPED_TEST(AccountStoreTest, DevicesComeAndGo) {
  const Uid uid = this->ann();
  ASSERT_TRUE(this->device(uid, "a", 10).ok());
  ASSERT_TRUE(this->device(uid, "b", 20).ok());
  ASSERT_TRUE(this->device(uid, "c", 30, 2).ok());
  const auto devices = this->store.devices(uid);
  ASSERT_EQ(devices.value().size(), 2U) << "the one not seen for longest made room";
  for (const Device& device : devices.value()) EXPECT_NE(device.id, "a");
  EXPECT_EQ(this->store.rotate("token of a", this->next("n", 50), 0).error().code, Error::Code::kNotFound);
  EXPECT_TRUE(this->store.remove_device(uid, "b").value());
  EXPECT_FALSE(this->store.remove_device(uid, "b").value());
  EXPECT_FALSE(this->store.remove_device(Uid(uid.value() + 1), "c").value());
  ASSERT_TRUE(this->device(uid, "d", 40).ok());
  EXPECT_EQ(this->store.remove_other_devices(uid, "c").value(), std::vector<std::string>{"d"});
  EXPECT_EQ(this->store.devices(uid).value().size(), 1U);
  EXPECT_EQ(this->store.devices(uid).value()[0].label, "label of c");
}

TYPED_TEST(AccountStoreTest, ATokenIsUsedOnce) {
  const Uid uid = this->ann();
  ASSERT_TRUE(this->device(uid, "a").ok());
  const auto first = this->store.rotate("token of a", this->next("second", 100), 50);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first.value().uid, uid);
  EXPECT_EQ(first.value().device, "a");
  EXPECT_FALSE(first.value().reused);
  EXPECT_FALSE(this->store.rotate("token of a", this->next("again", 150), 50).value().reused) << "within the grace";
  EXPECT_FALSE(this->store.rotate("second", this->next("third", 160), 50).value().reused);
  EXPECT_TRUE(this->store.rotate("token of a", this->next("stolen", 151), 50).value().reused);
  EXPECT_EQ(this->store.rotate("third", this->next("x", 161), 50).error().code, Error::Code::kNotFound);
  EXPECT_TRUE(this->store.devices(uid).value().empty());
}

TYPED_TEST(AccountStoreTest, ATokenThatIsOverIsNone) {
  const Uid uid = this->ann();
  ASSERT_TRUE(this->device(uid, "a").ok());
  EXPECT_EQ(this->store.rotate("token of a", this->next("n", 1000), 50).error().code, Error::Code::kNotFound);
  EXPECT_EQ(this->store.rotate("nobody's", this->next("n", 20), 50).error().code, Error::Code::kNotFound);
}

TEST(SqlAccountStoreTest, OfTwoWhoShowATokenAtOnceOneIsTheSecond) {
  Sql sql;
  Account account;
  account.login = "ann";
  const Uid uid = sql.accounts.add(account, 1).value();
  ASSERT_TRUE(sql.accounts.add_device(uid, {"a", "", 1, 1}, {"t", 1, 1000}, 10).ok());
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto rotation = sql.accounts.rotate("t", {"n" + std::to_string(i), 100, 2000}, -1);
      if (rotation.ok() && !rotation.value().reused) ++good;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1);
}

}  // namespace

}  // namespace im::logic
