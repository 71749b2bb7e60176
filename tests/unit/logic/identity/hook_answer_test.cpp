#include "logic/identity/hook_answer.hpp"

#include <gtest/gtest.h>

#include "logic/identity/answer_cache.hpp"

namespace im::logic {
namespace {

TEST(HookQuestion, SaysWhatTheClientShows) {
  EXPECT_EQ(hook_question({"t\"", "sid=1", "10.1.1.1", "ws", ClientFamily::kGoimV2}),
            R"({"token":"t\"","cookie":"sid=1","client_ip":"10.1.1.1","transport":"ws","dialect":"goim_v2"})");
  EXPECT_EQ(hook_question({"\xff\x01", "\xff", "", "tcp", ClientFamily::kGoimV1}),
            R"({"token_base64":"/wE=","cookie":"","client_ip":"","transport":"tcp","dialect":"goim_v1"})");
}

TEST(HookAnswer, Grants) {
  const auto verdict = read_hook_answer(
      200,
      R"({"uid":42,"key":"phone","room_id":"live://1","platform":"ios","accepts":[1,-2],"expires_in_s":60,"issued_at":5})");
  ASSERT_TRUE(verdict.ok()) << verdict.error().message;
  const auto& grant = std::get<HookGrant>(verdict.value());
  EXPECT_EQ(grant.uid, Uid(42));
  EXPECT_EQ(grant.key, "phone");
  EXPECT_EQ(grant.room, "live://1");
  EXPECT_EQ(grant.platform, "ios");
  EXPECT_EQ(grant.accepts, (std::vector<std::int32_t>{1, -2}));
  EXPECT_EQ(grant.expires_in_s, 60);
  EXPECT_EQ(grant.issued_s, 5);
  const auto least = read_hook_answer(200, R"({"uid":9223372036854775807})");
  ASSERT_TRUE(least.ok());
  EXPECT_FALSE(std::get<HookGrant>(least.value()).key);
}

TEST(HookAnswer, Refuses) {
  for (const auto& verdict : {read_hook_answer(401, "whatever"), read_hook_answer(403, ""),
                              read_hook_answer(200, R"({"refuse":"not paid"})")}) {
    ASSERT_TRUE(verdict.ok());
    EXPECT_TRUE(std::holds_alternative<HookRefusal>(verdict.value()));
  }
}

TEST(HookAnswer, ABrokenHookDecidesNothing) {
  for (const char* body : {"",
                           "42",
                           "[]",
                           "null",
                           "{}",
                           R"({"uid":0})",
                           R"({"uid":-1})",
                           R"({"uid":"42"})",
                           R"({"uid":1.5})",
                           R"({"uid":9223372036854775808})",
                           R"({"uid":true})",
                           R"({"uid":42} x)",
                           R"({"uid":42,"uid":43})",
                           R"({"uid":42,"refuse":"no"})",
                           R"({"refuse":5})",
                           R"({"uid":42,"key":5})",
                           R"({"uid":42,"key":null})",
                           R"({"uid":42,"accepts":5})",
                           R"({"uid":42,"accepts":["1"]})",
                           R"({"uid":42,"accepts":[2147483648]})",
                           R"({"uid":42,"expires_in_s":0})",
                           R"({"uid":42,"expires_in_s":-1})",
                           R"({"uid":42,"expires_in_s":1e30})",
                           R"({"uid":42,"expires_in_s":9223372036854775807})",
                           R"({"uid":42,"expires_ins":5})",
                           "{\"uid\":42,\"key\":\"\xff\"}",
                           R"({"key":"phone"})"}) {
    const auto verdict = read_hook_answer(200, body);
    ASSERT_FALSE(verdict.ok()) << body;
    EXPECT_EQ(verdict.error().code, Error::Code::kInvalid) << body;
  }
  EXPECT_FALSE(read_hook_answer(200, R"({"uid":42,"key":")" + std::string(513, 'k') + "\"}").ok());
  for (const int status : {100, 201, 204, 301, 302, 400, 404, 500, 503})
    EXPECT_FALSE(read_hook_answer(status, R"({"uid":42})").ok()) << status;
  EXPECT_EQ(read_hook_answer(200, R"({"uid":42,"admin":true})").error().message, "member \"admin\" is not known");
}

TEST(AnswerCache, EndsAndIsBounded) {
  using std::chrono::seconds;
  const TimePoint begin{};
  AnswerCache<int> cache(2);
  cache.put("a", 1, begin + seconds(5), begin + seconds(9));
  ASSERT_NE(cache.find("a", begin + seconds(4)), nullptr);
  EXPECT_EQ(cache.find("a", begin + seconds(5)), nullptr);
  ASSERT_NE(cache.find_stale("a", begin + seconds(8)), nullptr);
  EXPECT_EQ(*cache.find_stale("a", begin + seconds(8)), 1);
  EXPECT_EQ(cache.find_stale("a", begin + seconds(9)), nullptr);
  EXPECT_EQ(cache.size(), 0U) << "what is over goes when it is looked at";
  cache.put("a", 1, begin + seconds(5), begin + seconds(5));
  cache.put("b", 2, begin + seconds(5), begin + seconds(5));
  cache.put("a", 3, begin + seconds(5), begin + seconds(5));
  cache.put("c", 4, begin + seconds(5), begin + seconds(5));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find("b", begin), nullptr) << "put longest ago";
  EXPECT_EQ(*cache.find("a", begin), 3);
  AnswerCache<int> off(0);
  off.put("a", 1, begin + seconds(5), begin + seconds(5));
  EXPECT_EQ(off.find("a", begin), nullptr);
}

}  // namespace
}  // namespace im::logic
