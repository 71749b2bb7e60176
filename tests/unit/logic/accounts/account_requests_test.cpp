#include "logic/accounts/account_requests.hpp"

#include <future>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/unit/logic/accounts/memory_account_store.hpp"
#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

class AccountRequestsTest : public testing::Test {
 protected:
  AccountRequestsTest() { requests.add(router); }
  ~AccountRequestsTest() override { pool.stop(); }

  json::object ask(std::string_view cmd, const json::object& fields) {
    std::promise<std::string> answer;
    router.run(caller, cmd, json::serialize(fields), [&](const Answer& got) { answer.set_value(to_json(got)); });
    return json::parse(answer.get_future().get()).as_object();
  }
  static std::int64_t code(const json::object& answer) {
    return answer.at("ok").as_bool() ? 0 : answer.at("code").as_int64();
  }
  json::object ann() {
    return ask("account.register", {{"login", "Ann"}, {"password", "correct horse"}, {"device", "phone"}});
  }
  /// Goes on as the user of these tokens.
  void become(const json::object& tokens) {
    caller.uid = Uid(tokens.at("uid").as_int64());
    caller.key = std::to_string(caller.uid.value()) + "/" + tokens.at("device").as_string().c_str();
  }

  MemoryAccountStore store;
  FakeTable table;
  std::vector<std::string> kicked;
  BlockingPool pool{{.threads = 1, .max_waiting = 8}};
  AccountService accounts{
      store,
      PasswordCost{8, 1, 1},
      AccountRules{.grace_ms = -1},
      {[](Uid, const std::string&, std::int64_t, std::int64_t) -> Result<std::string> { return std::string("token"); },
       unix_ms}};
  Revocations revocations{table, 0, [] { return std::int64_t{100}; }};
  SessionEnds ends{revocations,
                   [this](const Who& who, const std::function<void(Result<std::int32_t>)>& done) {
                     kicked.push_back(who.key);
                     done(std::int32_t{1});
                   },
                   {std::chrono::hours(1), std::chrono::seconds(3)}};
  int named = 0;  ///< how often the moderation was asked
  AccountRequests requests{accounts, pool, ends, [this](const Caller&, const std::string& name) -> Result<std::string> {
                             ++named;
                             if (name == "Spam") return Error{Error::Code::kDenied, "the name is not allowed here"};
                             return name == "Damn" ? "D***" : name;
                           }};
  RequestLimits limits{Rate(), {}};
  RequestRouter router{limits, {}};
  Caller caller{.door = Door::kHttp, .client_ip = "10.0.0.1"};
};

TEST_F(AccountRequestsTest, FromRegistrationToLogout) {
  const json::object made = ann();
  ASSERT_EQ(code(made), 0) << json::serialize(made);
  EXPECT_EQ(made.at("token").as_string(), "token");
  EXPECT_EQ(code(ann()), 4409);
  const json::object tablet = ask("account.login", {{"login", "ann"}, {"password", "correct horse"}});
  ASSERT_EQ(code(tablet), 0);
  become(made);
  const json::object list = ask("device.list", {});
  ASSERT_EQ(list.at("devices").as_array().size(), 2U);
  const json::object kick = ask("device.kick", {{"device", tablet.at("device")}});
  EXPECT_EQ(kick.at("closed").as_int64(), 1);
  EXPECT_EQ(kicked, std::vector<std::string>{"1/" + std::string(tablet.at("device").as_string().c_str())});
  EXPECT_EQ(table.rows.size(), 1U) << "its token is not taken any more";
  EXPECT_EQ(code(ask("device.kick", {{"device", tablet.at("device")}})), 4404);
  EXPECT_EQ(code(ask("account.logout", {})), 0);
  pool.stop();
  EXPECT_EQ(kicked.size(), 2U);
}

TEST_F(AccountRequestsTest, EachRefusalHasItsCode) {
  ann();
  EXPECT_EQ(code(ask("account.login", {{"login", "ann"}, {"password", "wrong"}})), 4401);
  EXPECT_EQ(code(ask("account.login", {{"login", "ann"}})), 4422);
  EXPECT_EQ(code(ask("account.login", {{"login", "a n n"}, {"password", "x"}})), 4422);
  EXPECT_EQ(code(ask("account.register", {{"login", "bob"}, {"password", "short"}})), 4422);
  EXPECT_EQ(code(ask("account.guest", {{"name", "Visitor"}})), 4403);
  EXPECT_EQ(code(ask("account.refresh", {{"refresh", "imr_no"}})), 4401);
  EXPECT_EQ(code(ask("account.logout", {})), 4403) << "nobody is logged in";
}

TEST_F(AccountRequestsTest, WhoIsNotTakenAnywayAsksNoModeration) {
  EXPECT_EQ(code(ask("account.guest", {{"name", "Visitor"}})), 4403);
  EXPECT_EQ(code(ask("account.register", {{"login", "bob"}, {"password", "short"}, {"name", "Bob"}})), 4422);
  EXPECT_EQ(named, 0);
}

TEST_F(AccountRequestsTest, NamesPassTheModeration) {
  const auto register_as = [this](const char* login, const char* name) {
    return ask("account.register", {{"login", login}, {"password", "correct horse"}, {"name", name}});
  };
  EXPECT_EQ(code(register_as("bob", "Spam")), 4403);
  EXPECT_EQ(code(register_as("bob", "Damn")), 0) << "the refused account is not there";
  EXPECT_EQ(store.by_login("bob").value().name, "D***");
}

TEST_F(AccountRequestsTest, GuessingIsSlowedDownForOneAddressOnly) {
  ann();
  std::int64_t last = 0;
  for (int i = 0; i < 12; ++i) last = code(ask("account.login", {{"login", "ann"}, {"password", "guess"}}));
  EXPECT_EQ(last, 4429);
  EXPECT_EQ(code(ask("account.login", {{"login", "ann"}, {"password", "correct horse"}})), 4429);
  caller.client_ip = "10.0.0.2";
  EXPECT_EQ(code(ask("account.login", {{"login", "ann"}, {"password", "correct horse"}})), 0);
}

TEST_F(AccountRequestsTest, ATokenUsedTwiceClosesTheConnectionOfItsDevice) {
  const json::object made = ann();
  EXPECT_EQ(code(ask("account.refresh", {{"refresh", made.at("refresh")}})), 0);
  EXPECT_EQ(code(ask("account.refresh", {{"refresh", made.at("refresh")}})), 4401);
  ASSERT_EQ(kicked.size(), 1U);
  EXPECT_EQ(kicked[0], "1/" + std::string(made.at("device").as_string().c_str()));
}

TEST_F(AccountRequestsTest, APasswordChangeClosesTheOthers) {
  const json::object phone = ann();
  const json::object tablet = ask("account.login", {{"login", "ann"}, {"password", "correct horse"}});
  become(phone);
  EXPECT_EQ(code(ask("account.password", {{"old", "wrong"}, {"new", "battery staple"}})), 4403);
  EXPECT_TRUE(kicked.empty());
  EXPECT_EQ(ask("account.password", {{"old", "correct horse"}, {"new", "battery staple"}}).at("ended").to_number<int>(),
            1);
  EXPECT_EQ(kicked, std::vector<std::string>{"1/" + std::string(tablet.at("device").as_string().c_str())});
}

TEST_F(AccountRequestsTest, WhenPasswordsPileUpTheClientComesLater) {
  std::promise<void> gate;
  ASSERT_TRUE(pool.post([&] { gate.get_future().wait(); }).ok());
  int slow = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string body =
        json::serialize(json::object{{"login", "user" + std::to_string(i)}, {"password", "whatever it is"}});
    router.run(caller, "account.login", body, [&slow](const Answer& answer) {
      const auto* failure = std::get_if<Failure>(&answer.result);
      if (failure != nullptr && failure->code == Code::kSlowDown && failure->retry_in.count() > 0) ++slow;
    });
  }
  EXPECT_GE(slow, 3);
  gate.set_value();
  pool.stop();
}

TEST_F(AccountRequestsTest, ALoginJustBeforeTheEndIsClosedToo) {
  ends.end(Uid(1), "d", [](const Result<std::int32_t>&) {});
  ends.tick(monotonic_now());
  EXPECT_EQ(kicked.size(), 1U);
  ends.tick(monotonic_now() + std::chrono::seconds(4));
  EXPECT_EQ(kicked, (std::vector<std::string>{"1/d", "1/d"}));
}

}  // namespace

}  // namespace im::logic
