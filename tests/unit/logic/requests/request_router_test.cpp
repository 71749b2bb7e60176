#include "logic/requests/request_router.hpp"

#include <memory>
#include <stdexcept>
#include <thread>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "logic/requests/fields.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

/// A whole request as a feature writes it: one call of on().
void add_echo(RequestRouter& router) {
  router.on("echo", {}, [](const Caller& caller, const json::object& object, const Reply& reply) {
    Fields fields(object);
    const std::string text = fields.text("text", 16);
    if (fields.failure()) return reply(*fields.failure());
    reply(json::object{{"text", text}, {"uid", caller.uid.value()}});
  });
}

class RequestRouterTest : public testing::Test {
 protected:
  json::object ask(std::string_view body) {
    // An answer may come when this call is over.
    const auto answer = std::make_shared<json::object>();
    router.run(caller, body, [this, answer](const Answer& got) {
      *answer = json::parse(to_json(got)).as_object();
      ++answers;
    });
    return *answer;
  }
  static std::int64_t code_of(const json::object& answer) {
    return answer.contains("code") ? answer.at("code").as_int64() : 0;
  }

  TimePoint now = TimePoint(std::chrono::hours(1));
  RequestLimits limits{Rate(10, 20), read_rates({"slow=1/2"}).value()};
  RequestRouter router{limits, {.max_open = 2, .now = [this] { return now; }}};
  Caller caller{.uid = Uid(7), .key = "7/phone", .said_hello = true};
  int answers = 0;
};

TEST_F(RequestRouterTest, AnswersWithTheMembersOfTheHandler) {
  add_echo(router);
  EXPECT_EQ(ask(R"({"cmd":"echo","text":"hi"})"), (json::object{{"ok", true}, {"text", "hi"}, {"uid", 7}}));
}

TEST_F(RequestRouterTest, EachFaultHasItsOwnCode) {
  add_echo(router);
  router.on("mine", {.user = true}, [](const Caller&, const json::object&, const Reply& reply) { reply(Failure{}); });
  router.on("throws", {}, [](const Caller&, const json::object&, const Reply&) { throw std::runtime_error("boom"); });
  router.on("silent", {}, [](const Caller&, const json::object&, const Reply&) {});
  const auto code = [&](std::string_view body) { return code_of(ask(body)); };
  EXPECT_EQ(code("{"), 4400);
  EXPECT_EQ(code("[]"), 4400);
  EXPECT_EQ(code(R"({"text":"no cmd"})"), 4400);
  EXPECT_EQ(code(R"({"cmd":"echo","cmd":"echo","text":"x"})"), 4400);
  EXPECT_EQ(code(R"({"cmd":"Echo!"})"), 4400);
  EXPECT_EQ(code(std::string(40, '[') + std::string(40, ']')), 4400);
  EXPECT_EQ(code(R"({"cmd":"nothing"})"), 4405);
  EXPECT_EQ(code(R"({"cmd":"echo"})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"echo","text":7})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"echo","text":"more than 16 bytes"})"), 4422);
  EXPECT_EQ(code(std::string(kMaxRequest + 1, ' ')), 4413);
  EXPECT_EQ(code(R"({"cmd":"throws"})"), 4500);
  EXPECT_EQ(code(R"({"cmd":"silent"})"), 4500);
  caller.uid = Uid(0);
  EXPECT_EQ(code(R"({"cmd":"mine"})"), 4403);
  EXPECT_EQ(answers, 14);
  EXPECT_EQ(router.failures()[4400], 6U);
  EXPECT_EQ(router.open(), 0U);
}

TEST_F(RequestRouterTest, HelloComesFirstOnAConnectionAndOnlyThere) {
  add_echo(router);
  router.on("first", {.before_hello = true, .on_connection = true},
            [](const Caller&, const json::object&, const Reply& reply) { reply(json::object{}); });
  caller.said_hello = false;
  EXPECT_EQ(code_of(ask(R"({"cmd":"echo","text":"x"})")), 4409);
  EXPECT_EQ(code_of(ask(R"({"cmd":"first"})")), 0);
  caller.door = Door::kHttp;
  EXPECT_EQ(code_of(ask(R"({"cmd":"echo","text":"x"})")), 0);
  EXPECT_EQ(code_of(ask(R"({"cmd":"first"})")), 4409);
}

TEST_F(RequestRouterTest, OneUserHasOneRateAndACommandItsOwn) {
  add_echo(router);
  router.on("slow", {}, [](const Caller&, const json::object&, const Reply& reply) { reply(json::object{}); });
  EXPECT_EQ(code_of(ask(R"({"cmd":"slow"})")), 0);
  EXPECT_EQ(code_of(ask(R"({"cmd":"slow"})")), 0);
  const json::object slow = ask(R"({"cmd":"slow"})");
  EXPECT_EQ(code_of(slow), 4429);
  EXPECT_GT(slow.at("retry_ms").as_int64(), 900);
  EXPECT_LE(slow.at("retry_ms").as_int64(), 1001);
  for (int i = 0; i < 17; ++i) EXPECT_EQ(code_of(ask(R"({"cmd":"echo","text":"x"})")), 0) << i;
  EXPECT_EQ(code_of(ask("nonsense counts too")), 4429);
  caller.key = "7/tablet";
  EXPECT_EQ(code_of(ask(R"({"cmd":"echo","text":"x"})")), 4429);
  caller.uid = Uid(8);
  EXPECT_EQ(code_of(ask(R"({"cmd":"echo","text":"x"})")), 0);
  caller.uid = Uid(7);
  now += std::chrono::seconds(2);
  EXPECT_EQ(code_of(ask(R"({"cmd":"slow"})")), 0);
}

TEST_F(RequestRouterTest, MoreThanItCanHoldComesLater) {
  std::vector<Reply> waiting;
  router.on("wait", {}, [&](const Caller&, const json::object&, const Reply& reply) { waiting.push_back(reply); });
  ask(R"({"cmd":"wait"})");
  ask(R"({"cmd":"wait"})");
  const json::object busy = ask(R"({"cmd":"wait"})");
  EXPECT_EQ(code_of(busy), 4503);
  EXPECT_EQ(busy.at("retry_ms").as_int64(), 1000);
  EXPECT_EQ(router.open(), 2U);
  waiting.clear();  // dropped: they are answered all the same, and make room
  EXPECT_EQ(answers, 3);
  EXPECT_EQ(router.open(), 0U);
}

TEST_F(RequestRouterTest, TheFirstAnswerCounts) {
  router.on("twice", {}, [](const Caller&, const json::object&, const Reply& reply) {
    reply(json::object{{"n", 1}});
    reply(json::object{{"n", 2}});
  });
  EXPECT_EQ(ask(R"({"cmd":"twice"})").at("n").as_int64(), 1);
  EXPECT_EQ(answers, 1);
}

TEST_F(RequestRouterTest, AnAnswerMayComeWhenTheRouterIsGone) {
  RequestLimits wide{Rate(), {}};
  auto own = std::make_unique<RequestRouter>(wide, RequestRouter::Options{});
  Reply late;
  own->on("wait", {}, [&](const Caller&, const json::object&, const Reply& reply) { late = reply; });
  own->run(caller, R"({"cmd":"wait"})", [&](const Answer&) { ++answers; });
  own.reset();
  late(json::object{});
  EXPECT_EQ(answers, 1);
}

TEST_F(RequestRouterTest, AnErrorBehindAHandlerTellsTheClientItsKindOnly) {
  const Answer inside(Error{Error::Code::kInternal, "table users has no column x"});
  EXPECT_EQ(to_json(inside), R"({"ok":false,"code":4500,"error":"internal error"})");
  const Answer away(Error{Error::Code::kUnavailable, "10.0.0.7:3129: connection refused"});
  EXPECT_EQ(to_json(away), R"({"ok":false,"code":4503,"error":"try again later","retry_ms":1000})");
}

TEST(ReadRates, NamesTheEntryThatIsWrong) {
  for (const char* bad : {"x", "x=1", "=1/2", "x=/2", "x=1/", "x=0/1", "x=1/0.5", "x=-1/2", "x=1/2s"}) {
    const auto rates = read_rates({bad});
    ASSERT_FALSE(rates.ok()) << bad;
    EXPECT_NE(rates.error().message.find(bad), std::string::npos);
  }
}

}  // namespace

}  // namespace im::logic
