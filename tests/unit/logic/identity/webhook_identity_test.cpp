#include "logic/identity/webhook_identity.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace im::logic {
namespace {

using std::chrono::seconds;

/// Writes down every question; the test answers when it likes.
class FakeHook final : public HookCaller {
 public:
  void ask(std::string question, std::function<void(Result<HookReply>)> done) override {
    asked.emplace_back(std::move(question), std::move(done));
  }
  std::vector<std::pair<std::string, std::function<void(Result<HookReply>)>>> asked;
};

class WebhookIdentityTest : public testing::Test {
 protected:
  static constexpr std::int64_t kNow = 1'800'000'000;
  void make(WebhookRules rules) {
    hook_.emplace(caller_, rules,
                  WebhookAuthenticator::Clock{[this] { return TimePoint{} + passed_; },
                                              [this] { return kNow + passed_.count(); }});
  }
  /// The answer to a login, when there is one without the hook.
  std::optional<Result<Identity>> login(const std::string& token, ClientFamily family = ClientFamily::kGoimV2) {
    auto result = std::make_shared<std::optional<Result<Identity>>>();
    hook_->identify({token, "", "10.1.1.1", "tcp", family},
                    [result](Result<Identity> identity) { result->emplace(std::move(identity)); });
    last_ = result;
    return *result;
  }
  /// The same, with the hook's answer.
  Result<Identity> login(const std::string& token, Result<HookReply> reply,
                         ClientFamily family = ClientFamily::kGoimV2) {
    const std::size_t before = caller_.asked.size();
    EXPECT_FALSE(login(token, family)) << "the hook was not asked";
    EXPECT_EQ(caller_.asked.size(), before + 1);
    caller_.asked.back().second(std::move(reply));
    return last_->value();
  }
  static HookReply says(const std::string& body, int status = 200) { return {status, body}; }

  FakeHook caller_;
  seconds passed_{0};
  std::optional<WebhookAuthenticator> hook_;
  std::shared_ptr<std::optional<Result<Identity>>> last_;
};

TEST_F(WebhookIdentityTest, TheHookDecidesAndTheClientChoosesTheRest) {
  make({});
  const auto whole =
      login("opaque", says(R"({"uid":42,"key":"phone","room_id":"live://1","platform":"ios","accepts":[5],
                                           "expires_in_s":60,"issued_at":7})"));
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole.value().uid, Uid(42));
  EXPECT_EQ(whole.value().key, "42/phone");
  EXPECT_EQ(whole.value().room, "live://1");
  EXPECT_EQ(whole.value().accepts, std::vector<std::int32_t>{5});
  EXPECT_EQ(whole.value().expires_s, kNow + 60);
  EXPECT_EQ(whole.value().issued_s, 7);
  EXPECT_TRUE(whole.value().revocable);
  const auto rest = login(R"({"token":"x","key":"desk","room_id":"live://2","accepts":[1]})",
                          says(R"({"uid":7,"room_id":"live://3"})"));
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest.value().key, "7/desk");
  EXPECT_EQ(rest.value().room, "live://3");
  EXPECT_EQ(rest.value().accepts, std::vector<std::int32_t>{1});
  EXPECT_EQ(rest.value().expires_s, 0);
  EXPECT_FALSE(login(R"({"mid":8,"token":"x"})", says(R"({"uid":7})")).ok()) << "says that it is another user";
  EXPECT_FALSE(login(R"({"mid":"8"})")->ok()) << "no object of goim's: not worth a question";
  const auto v1 = login("old", says(R"({"uid":7})"), ClientFamily::kGoimV1);
  EXPECT_TRUE(v1.value().key.starts_with("7_"));
  EXPECT_EQ(v1.value().room, "v1://1");
}

TEST_F(WebhookIdentityTest, AnswersServeAgainForAWhile) {
  make({});
  login("t", says(R"({"uid":42})"));
  passed_ = seconds(9);
  const auto again = login("t");
  ASSERT_TRUE(again && again->ok());
  EXPECT_EQ(again->value().uid, Uid(42));
  EXPECT_EQ(hook_->stats().cached, 1U);
  EXPECT_FALSE(login("t", ClientFamily::kGoimV1)) << "another question";
  passed_ = seconds(10);
  EXPECT_FALSE(login("t"));
}

TEST_F(WebhookIdentityTest, NoAnswerServesBeyondItsEnd) {
  make({.stale = seconds(100)});
  login("t", says(R"({"uid":42,"expires_in_s":3})"));
  passed_ = seconds(2);
  ASSERT_TRUE(login("t")->ok());
  EXPECT_EQ(login("t")->value().expires_s, kNow + 3) << "not counted anew";
  passed_ = seconds(3);
  const auto late = login("t", Error{Error::Code::kTimeout, "late"});
  EXPECT_EQ(late.error().code, Error::Code::kUnavailable);
}

TEST_F(WebhookIdentityTest, ARefusalEndsWhatWasGranted) {
  make({.cache = seconds(0), .stale = seconds(100)});
  login("t", says(R"({"uid":42})"));
  EXPECT_EQ(login("t", says(R"({"refuse":"gone"})")).error().code, Error::Code::kDenied);
  EXPECT_EQ(login("t")->error().code, Error::Code::kDenied);
  EXPECT_EQ(hook_->stats().cached_refusals, 1U);
  passed_ = seconds(2);
  EXPECT_FALSE(login("t", Error{Error::Code::kTimeout, "late"}).ok()) << "not even when the hook is down";
}

TEST_F(WebhookIdentityTest, ABrokenHookLetsNobodyIn) {
  make({});
  login("t", says(R"({"uid":42})"));
  passed_ = seconds(20);
  for (const auto& reply : {Result<HookReply>(Error{Error::Code::kTimeout, "late"}),
                            Result<HookReply>(Error{Error::Code::kUnavailable, "refused"}),
                            Result<HookReply>(Error{Error::Code::kOverloaded, "full"}),
                            Result<HookReply>(says("garbage")), Result<HookReply>(says(R"({"uid":42})", 302))})
    EXPECT_EQ(login("t", reply).error().code, Error::Code::kUnavailable) << "and it may come back";
  EXPECT_EQ(hook_->stats().timeouts, 1U);
  EXPECT_EQ(hook_->stats().unreachable, 1U);
  EXPECT_EQ(hook_->stats().overloaded, 1U);
  EXPECT_EQ(hook_->stats().bad_answers, 2U);
  EXPECT_EQ(hook_->stats().stale, 0U);
}

TEST_F(WebhookIdentityTest, OrThoseItKnewForABoundedTime) {
  make({.stale = seconds(100)});
  login("t", says(R"({"uid":42})"));
  passed_ = seconds(99);
  const auto known = login("t", says("garbage"));
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known.value().uid, Uid(42));
  EXPECT_EQ(hook_->stats().stale, 1U);
  EXPECT_FALSE(login("stranger", Error{Error::Code::kTimeout, "late"}).ok());
  passed_ = seconds(100);
  EXPECT_FALSE(login("t", Error{Error::Code::kTimeout, "late"}).ok());
}

TEST_F(WebhookIdentityTest, TheMemoryIsBounded) {
  make({.entries = 2});
  for (const char* token : {"a", "b", "c"}) login(token, says(R"({"uid":42})"));
  for (const char* token : {"d", "e", "f"}) login(token, says("", 403));
  EXPECT_EQ(hook_->cached_answers(), 4U);
  EXPECT_FALSE(login("a"));
  EXPECT_TRUE(login("c")->ok()) << "refusals do not push out what was granted";
}

}  // namespace
}  // namespace im::logic
