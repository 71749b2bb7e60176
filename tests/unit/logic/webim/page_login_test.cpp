#include "logic/webim/page_login.hpp"

#include <future>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::webim {
namespace {

class PageLoginTest : public testing::Test {
 protected:
  PageLoginTest() {
    gate_.use([this](const chat::TextCheck& text) -> Result<std::string> {
      asked_.push_back(text.type + " " + text.body + " from " + text.actor.address);
      if (text.body == "spam") return Error{Error::Code::kDenied, "the name is not allowed here"};
      return text.body == "damn" ? "d***" : text.body;
    });
  }
  ~PageLoginTest() override { pool_.stop(); }

  Result<Identity> come(const std::string& login) {
    std::promise<Result<Identity>> came;
    logins_.identify({.token = login, .cookie = {}, .client_ip = "10.0.0.7", .transport = "ws"},
                     [&came](Result<Identity> identity) { came.set_value(std::move(identity)); });
    return came.get_future().get();
  }

  test::TestChat chat_;
  std::vector<std::string> asked_;
  chat::TextGate gate_;
  People people_{*chat_.store};
  BlockingPool pool_{{.threads = 1, .max_waiting = 8}};
  PageLogin logins_{people_, pool_, gate_};
};

TEST_F(PageLoginTest, NamesPassTheModerationAsTheyWereTyped) {
  ASSERT_TRUE(come(R"({"name":"Ann & Bob"})").ok());
  ASSERT_TRUE(come(R"({"name":"damn"})").ok());
  EXPECT_EQ(asked_, (std::vector<std::string>{"name Ann & Bob from 10.0.0.7", "name damn from 10.0.0.7"}));
  std::vector<std::string> names;
  for (const Person& person : people_.all(10).value()) names.push_back(person.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Ann &amp; Bob", "d***"}));
}

TEST_F(PageLoginTest, WhoseNameIsRefusedIsNotLetInAndLeavesNoGuestBehind) {
  const auto refused = come(R"({"name":"spam"})");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Error::Code::kDenied);
  EXPECT_TRUE(people_.all(10).value().empty());
}

TEST_F(PageLoginTest, WhoIsNotLetInAfterAllLeavesNoGuestBehind) {
  for (const char* login : {R"({"name":"Ann"})", R"({"for":"rooms"})"}) logins_.not_let_in(come(login).value());
  ASSERT_TRUE(come(R"({"name":"Bob"})").ok()) << "the pool has one thread: the others have been dealt with";
  EXPECT_EQ(people_.all(10).value().size(), 1U);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 1);
}

TEST_F(PageLoginTest, WhatIsTakenOutOfANameHidesNoWord) {
  for (const char* hidden : {R"({"name":"sp<x>am"})", R"({"name":"s\u0001pam"})", R"({"name":"<b>spam</b>"})"})
    EXPECT_FALSE(come(hidden).ok()) << hidden;
  EXPECT_TRUE(people_.all(10).value().empty());
}

TEST_F(PageLoginTest, APageWithoutANameAndOneOfTheRoomDemoAskNobody) {
  EXPECT_TRUE(come("{}").ok());
  EXPECT_TRUE(come(R"({"for":"rooms","name":"spam"})").ok());
  EXPECT_TRUE(asked_.empty());
}

}  // namespace
}  // namespace im::logic::webim
