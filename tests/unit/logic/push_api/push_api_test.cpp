#include "logic/push_api/push_api.hpp"

#include <deque>
#include <set>

#include <gtest/gtest.h>

#include "logic/push_api/push_id.hpp"
#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {
namespace {

using namespace std::chrono_literals;

PushCommand to_user(std::int64_t uid) {
  PushCommand command;
  command.users = {uid};
  command.operation = 5;
  command.body = "x";
  return command;
}

PushCommand to_all() {
  PushCommand command;
  command.to = PushCommand::To::kAll;
  command.operation = 5;
  return command;
}

class PushApiTest : public testing::Test, protected PushApiRig {
 protected:
  std::variant<PushAnswer, Problem>& call(const NewApiKey& key, std::vector<PushCommand> pushes,
                                          const std::string& once = "", const std::string& fingerprint = "f") {
    answers_.emplace_back();
    auto& answer = answers_.back();
    api.push({key.key, std::move(pushes), once, fingerprint},
             [&answer](std::variant<PushAnswer, Problem> result) { answer = std::move(result); });
    return answer;
  }
  /// Answers the oldest open lookup with one session, and then Kafka.
  void accept(const Status& status = Ok{}) {
    SessionInfo session;
    session.uid = Uid(1);
    session.comet = {CometNumber(1), InstanceEpoch(1)};
    const auto locate = sessions.locates.at(located_++);
    LocateAnswer found;
    found.by_uid.assign(locate.first.uids.size(), {session});
    found.nodes = {session.comet};
    locate.second(found);
    for (; queued_ < queue.pushes.size(); ++queued_) queue.pushes[queued_].second(status);
  }
  static std::string code(const std::variant<PushAnswer, Problem>& answer) {
    const auto* problem = std::get_if<Problem>(&answer);
    return problem == nullptr ? "" : problem->code;
  }

  std::deque<std::variant<PushAnswer, Problem>> answers_;
  std::size_t located_ = 0, queued_ = 0;
};

TEST_F(PushApiTest, AcceptedMeansKafkaHasIt) {
  auto& answer = call(wide, {to_user(1)});
  EXPECT_TRUE(std::get<PushAnswer>(answer).outcomes.empty()) << "answered before Kafka";
  accept();
  const auto& outcome = std::get<PushAnswer>(answer).outcomes.at(0);
  EXPECT_EQ(outcome.id.size(), 26U);
  EXPECT_FALSE(outcome.problem);
  EXPECT_EQ(api.stats().accepted, 1U);
}

TEST_F(PushApiTest, EachOfABatchHasItsOwnOutcome) {
  auto& answer = call(wide, {to_user(1), to_user(2)});
  accept();
  accept(Error{Error::Code::kUnavailable, "no broker"});
  const auto& outcomes = std::get<PushAnswer>(answer).outcomes;
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_FALSE(outcomes[0].problem);
  EXPECT_EQ(outcomes[1].problem->code, "unavailable");
  EXPECT_EQ(outcomes[1].problem->status, 503);
  EXPECT_NE(outcomes[0].id, outcomes[1].id);
}

TEST_F(PushApiTest, SeveralTargetsThatFailedMayHaveBeenReached) {
  PushCommand both = to_user(1);
  both.users.push_back(2);
  auto& answer = call(wide, {both});
  accept(Error{Error::Code::kUnavailable, "no broker"});
  EXPECT_EQ(std::get<PushAnswer>(answer).outcomes.at(0).problem->code, "outcome_unknown");
}

TEST_F(PushApiTest, ScopesHoldForEveryPushOfABatch) {
  EXPECT_EQ(code(call(narrow, {to_user(1), to_all()})), "forbidden");
  EXPECT_EQ(std::get<Problem>(answers_.back()).pointer, "/pushes/1/to");
  EXPECT_TRUE(sessions.locates.empty()) << "something was pushed";
  EXPECT_EQ(code(call(narrow, {to_user(1)})), "");
}

TEST_F(PushApiTest, TheLimitIsOfTheKey) {
  call(narrow, {to_user(1)});
  call(narrow, {to_user(1)});
  auto& third = call(narrow, {to_user(1)});
  EXPECT_EQ(code(third), "rate_limited");
  EXPECT_EQ(std::get<Problem>(third).status, 429);
  EXPECT_GE(std::get<Problem>(third).retry_after_s, 1);
  EXPECT_EQ(code(call(wide, {to_user(1)})), "") << "another key";
  EXPECT_EQ(code(call(narrow, {to_user(1), to_user(1), to_user(1)})), "invalid_request") << "never fits";
}

TEST_F(PushApiTest, TargetsAndBytesCountNotCalls) {
  PushCommand many = to_user(1);  // a thousand records of 64 KiB for the price of one call
  for (int uid = 2; uid <= 1000; ++uid) many.users.push_back(uid);
  many.body.assign(64U << 10, 'x');
  EXPECT_EQ(code(call(wide, {many})), "") << "a full bucket takes it";
  const auto& next = call(wide, {to_user(1)});
  EXPECT_EQ(code(next), "rate_limited");
  EXPECT_GT(std::get<Problem>(next).retry_after_s, 10'000) << "16,000 at one a second";
}

TEST_F(PushApiTest, WrongKeysAreSlowedAndGoodOnesAreNot) {
  std::string last;
  for (int i = 0; i < 200; ++i) {
    auto answer = api.authenticate("imk_aaaaaaaa_wrong", "10.0.0.1");
    last = std::get<Problem>(answer).code;
  }
  EXPECT_EQ(last, "rate_limited");
  EXPECT_TRUE(std::holds_alternative<ApiKey>(api.authenticate(wide.text, "10.0.0.1"))) << "behind the same NAT";
  EXPECT_EQ(std::get<Problem>(api.authenticate("imk_aaaaaaaa_wrong", "10.0.0.2")).code, "unauthenticated");
  for (int i = 0; i < 10'000; ++i) api.authenticate("", "10.1." + std::to_string(i / 256) + "." + std::to_string(i));
  EXPECT_TRUE(std::holds_alternative<ApiKey>(api.authenticate(wide.text, "10.0.0.1")));
}

TEST_F(PushApiTest, TheSameCallAgainGivesTheSameAnswerAndPushesNothing) {
  const auto& first = call(wide, {to_user(1)}, "once");
  accept();
  const std::string id = std::get<PushAnswer>(first).outcomes.at(0).id;
  const auto& second = std::get<PushAnswer>(call(wide, {to_user(1)}, "once"));
  EXPECT_TRUE(second.replayed);
  EXPECT_EQ(second.outcomes.at(0).id, id);
  EXPECT_EQ(queue.pushes.size(), 1U);
}

TEST_F(PushApiTest, AnotherRequestUnderTheSameKeyIsRefused) {
  call(wide, {to_user(1)}, "once", "a");
  EXPECT_EQ(code(call(wide, {to_user(1)}, "once", "a")), "idempotency_in_progress");
  accept();
  EXPECT_EQ(code(call(wide, {to_user(2)}, "once", "b")), "idempotency_key_reused");
  EXPECT_EQ(code(call(narrow, {to_user(2)}, "once", "b")), "") << "keys are apart per API key";
}

TEST_F(PushApiTest, AResultThatIsHardToStoreIsStoredBeforeTheAnswer) {
  call(wide, {to_user(1)}, "once");
  table.failing_writes = 2;
  accept();
  EXPECT_TRUE(std::get<PushAnswer>(call(wide, {to_user(1)}, "once")).replayed);
  EXPECT_EQ(queue.pushes.size(), 1U);
}

TEST_F(PushApiTest, AResultThatCannotBeStoredLeavesTheKeyClaimed) {
  call(wide, {to_user(1)}, "once");
  table.failing_writes = 100;
  accept();
  EXPECT_EQ(api.stats().unremembered, 1U);
  EXPECT_EQ(code(call(wide, {to_user(1)}, "once")), "idempotency_in_progress");
  auto& row = table.rows.begin()->second;
  const auto at = row.find("\"at\":") + 5;
  row = row.substr(0, at) + "1}";  // long ago
  EXPECT_EQ(code(call(wide, {to_user(1)}, "once")), "idempotency_unknown");
  EXPECT_EQ(queue.pushes.size(), 1U) << "pushed again";
}

TEST_F(PushApiTest, AKeyStaysClaimedAsLongAsAResultWould) {
  call(wide, {to_user(1)}, "once");
  EXPECT_EQ(table.longest, std::chrono::hours(24)) << "a logic that dies now must not free the key in a minute";
}

TEST_F(PushApiTest, WhatFailedMayBeTriedAgain) {
  call(wide, {to_user(1)}, "once");
  accept(Error{Error::Code::kUnavailable, "no broker"});
  const auto& again = call(wide, {to_user(1)}, "once");
  accept();
  EXPECT_FALSE(std::get<PushAnswer>(again).replayed);
  EXPECT_FALSE(std::get<PushAnswer>(again).outcomes.at(0).problem);
}

TEST_F(PushApiTest, WhatBecameOfAPushIsForTheKeyThatAskedOnly) {
  PushCommand asked = to_user(1);
  asked.report = true;
  const auto& answer = call(wide, {asked, to_user(1)});
  accept();
  accept();
  const auto& outcomes = std::get<PushAnswer>(answer).outcomes;
  EXPECT_EQ(outcomes[0].reach.queued, 1U);
  const auto fate_of = [&](const NewApiKey& key, const std::string& id) {
    std::variant<PushFate, Problem> found = Problem{};
    api.fate(key.key, id, [&found](std::variant<PushFate, Problem> fate) { found = std::move(fate); });
    return found;
  };
  const auto fate = fate_of(wide, outcomes[0].id);
  ASSERT_TRUE(std::holds_alternative<PushFate>(fate));
  EXPECT_EQ(std::get<PushFate>(fate).reach.comets.size(), 1U);
  EXPECT_EQ(std::get<Problem>(fate_of(narrow, outcomes[0].id)).code, "not_found");
  EXPECT_EQ(std::get<Problem>(fate_of(wide, outcomes[1].id)).code, "not_found") << "nobody asked about it";
}

TEST_F(PushApiTest, AskingWhatBecameOfAPushCountsAgainstTheKey) {
  std::deque<std::string> codes;
  const auto ask = [&](const NewApiKey& key) {
    api.fate(key.key, "none", [&codes](const auto& fate) { codes.push_back(std::get<Problem>(fate).code); });
  };
  for (int i = 0; i < 3; ++i) ask(narrow);
  EXPECT_EQ(codes, (std::deque<std::string>{"not_found", "not_found", "rate_limited"}));
  EXPECT_EQ(code(call(narrow, {to_user(1)})), "rate_limited") << "one bucket for both";
  EXPECT_EQ(api.stats().rate_limited, 2U);
  ask(wide);
  EXPECT_EQ(codes.back(), "not_found") << "another key";
}

TEST_F(PushApiTest, AReplayedAnswerCountsTheSameTargets) {
  call(wide, {to_user(1)}, "once");
  accept();
  EXPECT_EQ(std::get<PushAnswer>(call(wide, {to_user(1)}, "once")).outcomes.at(0).reach.queued, 1U);
}

TEST_F(PushApiTest, WithoutTheTableNothingIsPushedTwice) {
  table.down = true;
  EXPECT_EQ(code(call(wide, {to_user(1)}, "once")), "unavailable");
  EXPECT_TRUE(sessions.locates.empty());
}

TEST(KeyRingTest, KnowsItsKeysAndNoOthers) {
  KeyRing ring;
  NewApiKey key = make_api_key(
      {.id = "", .name = "", .hash = "", .scopes = {}, .rate = 1, .burst = 1, .created_ms = 0, .expires_ms = 1000});
  ring.replace({key.key});
  const auto code = [&](const std::string& text, std::int64_t now) {
    const auto found = ring.authenticate(text, now);
    return std::holds_alternative<ApiKey>(found) ? "" : std::get<Problem>(found).code;
  };
  EXPECT_EQ(code(key.text, 999), "");
  EXPECT_EQ(code(key.text, 1000), "unauthenticated") << "expired";
  EXPECT_EQ(code("", 0), "unauthenticated");
  EXPECT_EQ(code("imk_", 0), "unauthenticated");
  std::string wrong = key.text;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(code(wrong, 0), "unauthenticated");
  EXPECT_EQ(code(make_api_key({}).text, 0), "unauthenticated");
  ring.replace({});
  EXPECT_EQ(code(key.text, 0), "unauthenticated") << "revoked";
}

TEST(KeyRingTest, ALimitOutlivesANewFile) {
  KeyRing ring;
  const NewApiKey key = make_api_key({.id = "", .name = "", .hash = "", .scopes = {}, .rate = 1, .burst = 1});
  ring.replace({key.key});
  const TimePoint now = TimePoint{} + 1h;
  EXPECT_FALSE(ring.spend(key.key, PushCost{1, 1}, now));
  ring.replace({key.key});
  EXPECT_TRUE(ring.spend(key.key, PushCost{1, 1}, now));
  EXPECT_FALSE(ring.spend(key.key, PushCost{1, 1}, now + 2s));
}

TEST(PushId, UniqueAndInTheOrderOfTime) {
  std::set<std::string> ids;
  std::string last_time;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = make_push_id();
    EXPECT_TRUE(ids.insert(id).second);
    EXPECT_GE(id.substr(0, 10), last_time);
    last_time = id.substr(0, 10);
  }
}

}  // namespace
}  // namespace im::logic
