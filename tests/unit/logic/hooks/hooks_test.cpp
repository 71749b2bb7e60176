#include <deque>
#include <future>
#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "logic/hooks/hook_courier.hpp"
#include "logic/hooks/hook_signature.hpp"
#include "logic/hooks/moderator.hpp"
#include "logic/hooks/offline_pushes.hpp"
#include "logic/hooks/user_transitions.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

/// Answers at once what was laid ready, 200 when nothing is.
class PosterNow final : public HookPoster {
 public:
  void post(std::string body, std::function<void(Result<HookReply>)> done) override {
    bodies.push_back(std::move(body));
    if (answers.empty()) return done(HookReply{200, ""});
    const auto answer = std::move(answers.front());
    answers.pop_front();
    done(answer);
  }
  std::vector<std::string> bodies;
  std::deque<Result<HookReply>> answers;
};

/// Who is online, answered at once.
class DirectoryNow final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    LocateAnswer answer;
    answer.complete = complete;
    for (const std::int64_t uid : ask.uids)
      answer.by_uid.emplace_back(there.contains(uid) ? std::vector<SessionInfo>(1) : std::vector<SessionInfo>());
    done(std::move(answer));
  }
  void bind(SessionInfo, Done<BindAnswer> done) override { done(BindAnswer{}); }
  void unbind(std::vector<SessionEnd>, Done<std::int32_t> done) override { done(0); }
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer> done) override { done(OnlineAnswer{}); }
  std::set<std::int64_t> there;
  bool complete = true;
};

class HooksTest : public testing::Test {
 protected:
  std::size_t round() {
    HookCourier courier(queue, poster, {.tries = 3});
    return courier.round();
  }
  /// Everything that was handed to the lanes so far is written.
  void settle() {
    chat.store->lanes().write<Ok>(0, [](store::Write&) -> Status { return Ok{}; }).value();
  }
  void make_due() { chat.database.open()->execute("UPDATE hook_calls SET due_ms = 0").value(); }
  void put(const std::string& id) {
    auto done = chat.store->lanes().write<Ok>(
        0, [&](store::Write& into) -> Status { return HookQueue::put(into, {id, "e", "{\"id\":\"" + id + "\"}"}); });
    ASSERT_TRUE(done.ok());
  }
  store::Message said(int uid, store::ConvId conv, const std::string& body) {
    const auto place = chat.say(uid, conv, body).value();
    return chat.history.history(chat.actor(uid), conv, place.seq + 1, 1).value().rows.at(0);
  }
  Status offline(const store::Message& row, bool body = false) {
    OfflinePushes pushes(*chat.store, directory, body);
    std::promise<Status> told;
    pushes.row(row, chat.conversations.members_of(row.conv).value(), [&](Status status) { told.set_value(status); });
    return told.get_future().get();
  }

  test::TestChat chat;
  HookQueue queue{*chat.store};
  PosterNow poster;
  DirectoryNow directory;
};

TEST_F(HooksTest, ACallIsHeardOnce) {
  put("a");
  put("a");
  put("b");
  EXPECT_EQ(round(), 2U);
  settle();
  EXPECT_EQ(poster.bodies.size(), 2U);
  put("a");  // a relay brought the message again
  make_due();
  EXPECT_EQ(round(), 0U);
  EXPECT_EQ(queue.figures().value().waiting, 0);
}

TEST_F(HooksTest, WhatIsTakenIsNobodyElses) {
  put("a");
  EXPECT_EQ(queue.take(10, 60'000).value().size(), 1U);
  EXPECT_TRUE(queue.take(10, 60'000).value().empty());
  make_due();  // its lease is over: that logic has died
  EXPECT_EQ(queue.take(10, 60'000).value().at(0).tries, 2);
}

TEST_F(HooksTest, IsTriedAgainAndGivenUpInTheEnd) {
  put("a");
  poster.answers = {HookReply{500, ""}, Error{Error::Code::kTimeout, "late"}, HookReply{301, ""}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(round(), 1U);
    settle();
    EXPECT_EQ(round(), 0U) << "not before its pause is over";
    make_due();
  }
  EXPECT_EQ(round(), 0U);
  EXPECT_EQ(queue.figures().value().given_up, 1);
  EXPECT_EQ(HookCourier::pause_ms(1), 1000);
  EXPECT_EQ(HookCourier::pause_ms(4), 8000);
  EXPECT_EQ(HookCourier::pause_ms(60), 20 * 60 * 1000);
}

TEST_F(HooksTest, TheSignatureIsAnHmacOfTimeAndBody) {
  // python3 -c 'import hmac; print(hmac.new(b"0123456789abcdef", b"1700000000.{}", "sha256").hexdigest())'
  EXPECT_EQ(hook_signature("0123456789abcdef", 1700000000, "{}"),
            "t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e");
}

TEST_F(HooksTest, WhoIsOfflineIsPushedOnceWithTheirBadge) {
  const auto conv = chat.p2p(1, 2);
  chat.say(1, conv, "one").value();
  const auto row = said(1, conv, "two");
  ASSERT_TRUE(offline(row).ok());
  ASSERT_TRUE(offline(row).ok());
  EXPECT_EQ(round(), 1U);
  const auto told = json::parse(poster.bodies.at(0)).as_object();
  EXPECT_EQ(told.at("event"), "push.offline");
  EXPECT_EQ(told.at("uid"), 2);
  EXPECT_EQ(told.at("msg_id").as_string(), std::to_string(conv.value()) + ":2");
  EXPECT_EQ(told.at("badge"), 2);
  EXPECT_FALSE(told.contains("body"));
}

TEST_F(HooksTest, WhoIsOnlineOrWantsNothingIsNotPushed) {
  const auto conv = chat.p2p(1, 2);
  directory.there = {2};
  ASSERT_TRUE(offline(said(1, conv, "seen")).ok());
  directory.there.clear();
  ASSERT_TRUE(chat.conversations.set(chat.actor(2), conv, {.silent = true}).ok());
  ASSERT_TRUE(offline(said(1, conv, "silent")).ok());
  EXPECT_EQ(queue.figures().value().waiting, 0);
  directory.complete = false;
  EXPECT_FALSE(offline(said(1, conv, "nobody knows")).ok());
  directory.complete = true;
  ASSERT_TRUE(chat.conversations.set(chat.actor(2), conv, {.silent = false}).ok());
  ASSERT_TRUE(offline(said(1, conv, "loud"), true).ok());
  EXPECT_EQ(round(), 1U);
  EXPECT_EQ(json::parse(poster.bodies.at(0)).at("body"), "loud");
}

TEST_F(HooksTest, EachChangeOfAUserIsOneEvent) {
  UserTransitions users(*chat.store, directory, std::chrono::seconds(10));
  const auto changed = [&](std::uint32_t count) { users.handle({{0, 1, 1, UserChanged{Uid(1), count, {}}}}, [] {}); };
  const TimePoint now = monotonic_now();
  directory.there = {1};
  changed(1);
  changed(2);
  users.tick(now + std::chrono::seconds(1));
  changed(0);
  changed(1);  // back in time
  users.tick(now + std::chrono::seconds(60));
  directory.there.clear();
  changed(0);
  users.tick(now + std::chrono::seconds(1));  // not yet
  users.tick(now + std::chrono::seconds(60));
  directory.there = {1};
  users.sweep(now);
  users.tick(now + std::chrono::seconds(60));  // nobody is believed to be online
  settle();
  EXPECT_EQ(round(), 2U);
  EXPECT_EQ(json::parse(poster.bodies.at(0)).at("event"), "user.connect");
  EXPECT_EQ(json::parse(poster.bodies.at(1)).at("event"), "user.disconnect");
}

TEST_F(HooksTest, ASweepFindsWhoWentUnseen) {
  UserTransitions users(*chat.store, directory, std::chrono::seconds(10));
  directory.there = {1};
  users.handle({{0, 1, 1, UserChanged{Uid(1), 1, {}}}}, [] {});
  users.tick(monotonic_now() + std::chrono::seconds(1));
  settle();
  directory.there.clear();
  users.sweep(monotonic_now());
  users.tick(monotonic_now());
  settle();
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM hook_calls WHERE event = 'user.disconnect'"), 1);
}

TEST_F(HooksTest, TheModeratorAllowsRewritesAndRefuses) {
  Moderator moderator(poster, {});
  const Moderator::Question question{chat.actor(1), 5, 0, "text", "hello"};
  poster.answers = {HookReply{200, R"({"action":"allow"})"}, HookReply{200, R"({"action":"rewrite","body":"h***o"})"},
                    HookReply{200, R"({"action":"refuse"})"}};
  EXPECT_EQ(moderator.ask(question).value(), "hello");
  EXPECT_EQ(moderator.ask(question).value(), "h***o");
  EXPECT_EQ(moderator.ask(question).error().code, Error::Code::kDenied);
  EXPECT_EQ(json::parse(poster.bodies.at(0)),
            json::parse(R"({"event":"message.check","uid":1,"device":"phone","address":"127.0.0.1","type":"text",)"
                        R"("body":"hello","conv_id":5})"));
}

TEST_F(HooksTest, WithoutAGoodAnswerTheDefaultCounts) {
  for (const bool refuse : {false, true}) {
    Moderator moderator(poster, {.refuse = refuse, .failures = 4});
    for (const char* body : {"", "[]", R"({"action":"rewrite"})", R"({"action":"shrug"})"}) {
      poster.answers = {HookReply{200, body}};
      EXPECT_EQ(moderator.ask({chat.actor(1), 5, 0, "text", "hello"}).ok(), !refuse) << body;
    }
    EXPECT_EQ(moderator.stats().failed, 4U);
    const std::size_t asked = poster.bodies.size();
    EXPECT_EQ(moderator.ask({chat.actor(1), 5, 0, "text", "hello"}).ok(), !refuse);
    EXPECT_EQ(poster.bodies.size(), asked) << "a service that is down is left alone for a while";
    EXPECT_EQ(moderator.stats().rested, 1U);
  }
}

}  // namespace
}  // namespace im::logic
