#include "logic/identity/revocations.hpp"

#include <gtest/gtest.h>

#include "logic/admin/kick_http.hpp"
#include "logic/identity/connection_service.hpp"
#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {
namespace {

constexpr std::int64_t kToday = 1'800'000'000;

Identity token_of(std::int64_t uid, const std::string& key, std::int64_t issued_s) {
  Identity identity;
  identity.uid = Uid(uid);
  identity.key = key;
  identity.issued_s = issued_s;
  identity.revocable = true;
  return identity;
}

class RevocationsTest : public testing::Test {
 protected:
  std::string check(const Identity& identity) {
    std::string answer = "nothing";
    revocations_.check(identity,
                       [&](const Status& status) { answer = status.ok() ? "" : to_string(status.error().code); });
    return answer;
  }
  void revoke(const Who& who) {
    revocations_.revoke(who, std::chrono::minutes(15), [](const Status& status) { EXPECT_TRUE(status.ok()); });
  }
  FakeTable table_;
  Revocations revocations_{table_, 5, [] { return kToday; }};
};

TEST_F(RevocationsTest, TokensIssuedUpToThenAreNotTaken) {
  EXPECT_EQ(check(token_of(42, "42/phone", kToday - 100)), "");
  revoke({Uid(42), ""});
  EXPECT_EQ(check(token_of(42, "42/phone", kToday - 100)), "denied");
  EXPECT_EQ(check(token_of(42, "42/phone", 0)), "denied") << "it does not say when it was issued";
  EXPECT_EQ(check(token_of(42, "42/phone", kToday + 5)), "denied") << "by a clock that is ahead";
  EXPECT_EQ(check(token_of(42, "42/phone", kToday + 6)), "");
  EXPECT_EQ(check(token_of(43, "43/phone", kToday - 100)), "");
  revocations_.pardon({Uid(42), ""}, [](const Status&) {});
  EXPECT_EQ(check(token_of(42, "42/phone", kToday - 100)), "");
}

TEST_F(RevocationsTest, OneKeyOfAUser) {
  revoke({Uid(), "42/phone"});
  EXPECT_EQ(check(token_of(42, "42/phone", kToday)), "denied");
  EXPECT_EQ(check(token_of(42, "42/desk", kToday)), "");
  revoke({Uid(), std::string(512, 'k')});
  for (const auto& row : table_.rows) EXPECT_LE(row.first.size(), 256U) << "the table takes no longer names";
}

TEST_F(RevocationsTest, WithoutTheRouterNobodyIsLetIn) {
  table_.down = true;
  EXPECT_EQ(check(token_of(42, "42/phone", kToday)), "unavailable");
  table_.down = false;
  table_.rows["revoked/uid/42"] = "nonsense";
  EXPECT_EQ(check(token_of(42, "42/phone", kToday + 1000)), "denied");
}

/// Says at once what the test wants.
class FixedIdentity final : public LocalAuthenticator {
 public:
  Result<Identity> authenticate(std::string_view) override { return next; }
  Result<Identity> authenticate_v1(std::string_view) override { return next; }
  Result<Identity> next = token_of(42, "42/phone", kToday);
};

class RenewalTest : public RevocationsTest {
 protected:
  std::string connect() {
    std::string answer = "asks the router";
    service_.connect({{}, ConnId(), "t", "", "", "tcp"},
                     [&](const Result<ConnectionService::Grant>& grant) { answer = to_string(grant.error().code); });
    return answer;
  }
  ConnectionService::Answer receive(std::int32_t op, std::int64_t uid = 42) {
    ConnectionService::Answer got;
    service_.receive({Uid(uid), "42/phone", op, "t", "", "tcp"}, [&](const ConnectionService::Answer& a) { got = a; });
    return got;
  }
  FixedIdentity identity_;
  FakeSessions sessions_;
  ConnectionService service_{identity_, sessions_, {}, {}, &revocations_};
};

// covers T04
TEST_F(RenewalTest, ARevokedTokenEndsNoOlderSession) {
  revoke({Uid(42), ""});
  EXPECT_EQ(connect(), "denied");
  EXPECT_TRUE(sessions_.binds.empty());
  EXPECT_EQ(service_.stats().revoked, 1U);
  EXPECT_EQ(service_.stats().refused, 1U);
  table_.down = true;
  EXPECT_EQ(connect(), "unavailable");
  EXPECT_EQ(service_.stats().failed, 1U);
  identity_.next.value().revocable = false;
  EXPECT_EQ(connect(), "asks the router") << "nothing to revoke";
}

TEST_F(RenewalTest, AGoodTokenOfTheSameUserRenews) {
  identity_.next.value().expires_s = kToday + 60;
  const auto renewed = receive(7);
  EXPECT_TRUE(renewed.renewed);
  EXPECT_EQ(renewed.op, 8);
  EXPECT_EQ(renewed.expires_s, kToday + 60);
  EXPECT_EQ(service_.stats().renewed, 1U);
}

TEST_F(RenewalTest, AnythingElseIsAnsweredAsInGoim) {
  const auto same = [](const ConnectionService::Answer& answer) { return !answer.renewed && answer.op == 0; };
  EXPECT_TRUE(same(receive(4)));
  EXPECT_TRUE(same(receive(7, 43))) << "another user";
  revoke({Uid(), "42/phone"});
  EXPECT_TRUE(same(receive(7))) << "a revoked key";
  identity_.next = Error{Error::Code::kDenied, "bad"};
  EXPECT_TRUE(same(receive(7)));
  EXPECT_EQ(service_.stats().not_renewed, 3U);
  ConnectionService open{identity_, sessions_, {}};
  open.receive({Uid(42), "k", 7, "t", "", "tcp"}, [&](const ConnectionService::Answer& a) { EXPECT_TRUE(same(a)); });
}

/// Counts; answers with what the test wants.
class FakeKicker final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand, Reached) override { FAIL() << "kicks go to every comet"; }
  void trace(const TraceAsk&, Traced) override { FAIL() << "nobody traces"; }
  void kick_everywhere(Kick kick, Reached done) override {
    kicked.push_back(std::move(kick));
    done(next);
  }
  std::vector<Kick> kicked;
  Result<std::int32_t> next = 2;
};

class KickDeskTest : public RevocationsTest {
 protected:
  HttpResponse kick(std::vector<std::pair<std::string, std::string>> query) {
    HttpRequest request;
    request.query = std::move(query);
    HttpResponse got;
    desk_.kick(request, [&](HttpResponse response) { got = std::move(response); });
    return got;
  }
  FakeKicker kicker_;
  KickDesk desk_{kicker_, &revocations_, std::chrono::seconds(3)};
};

TEST_F(KickDeskTest, RevokesAndKicksTwice) {
  EXPECT_EQ(kick({{"uid", "42"}, {"revoke_s", "900"}}).body, "{\"kicked\":2,\"revoked_s\":900}\n");
  EXPECT_EQ(check(token_of(42, "42/phone", kToday)), "denied");
  ASSERT_EQ(kicker_.kicked.size(), 1U);
  desk_.tick(monotonic_now());
  EXPECT_EQ(kicker_.kicked.size(), 1U);
  desk_.tick(monotonic_now() + std::chrono::seconds(4));
  ASSERT_EQ(kicker_.kicked.size(), 2U) << "a login that was admitted just before";
  EXPECT_EQ(kicker_.kicked[1].uid, Uid(42));
  desk_.tick(monotonic_now() + std::chrono::seconds(9));
  EXPECT_EQ(kicker_.kicked.size(), 2U);
}

TEST_F(KickDeskTest, AKeyOfTokensThatIsGoneIsToldForTenMinutes) {
  const auto later = [&](int seconds) { desk_.tick(monotonic_now() + std::chrono::seconds(seconds)); };
  kicker_.next = Error{Error::Code::kTimeout, "comet"};
  desk_.end_token_key("leaked#1", [] { return true; });
  EXPECT_EQ(kicker_.kicked.size(), 1U);
  later(4);
  EXPECT_EQ(kicker_.kicked.size(), 2U) << "once more for logins under way";
  later(9);
  EXPECT_EQ(kicker_.kicked.size(), 2U);
  later(40);
  EXPECT_EQ(kicker_.kicked.size(), 3U) << "a comet may have been cut off";
  later(599);
  EXPECT_EQ(kicker_.kicked.size(), 4U);
  later(700);
  EXPECT_EQ(kicker_.kicked.size(), 4U);
  for (const Kick& kick : kicker_.kicked) {
    EXPECT_EQ(kick.token_key, "leaked#1");
    EXPECT_EQ(kick.uid, Uid());
    EXPECT_EQ(kick.key, "");
  }
}

TEST_F(KickDeskTest, AKeyThatIsBackEndsNoSessions) {
  bool gone = true;
  desk_.end_token_key("mistake#1", [&] { return gone; });
  gone = false;
  desk_.tick(monotonic_now() + std::chrono::seconds(4));
  gone = true;
  desk_.tick(monotonic_now() + std::chrono::seconds(60));
  EXPECT_EQ(kicker_.kicked.size(), 1U);
}

TEST_F(KickDeskTest, SaysWhatDidNotWork) {
  for (const auto& query :
       std::vector<std::vector<std::pair<std::string, std::string>>>{{},
                                                                     {{"uid", "0"}},
                                                                     {{"uid", "x"}},
                                                                     {{"key", ""}},
                                                                     {{"uid", "1"}, {"key", "k"}},
                                                                     {{"uid", "1"}, {"revoke_s", "0"}},
                                                                     {{"uid", "1"}, {"revoke_s", "86401"}},
                                                                     {{"uid", "1"}, {"revoke_s", "x"}}})
    EXPECT_EQ(kick(query).status, 400);
  EXPECT_TRUE(kicker_.kicked.empty());
  kicker_.next = 0;
  EXPECT_EQ(kick({{"uid", "42"}}).status, 404);
  EXPECT_EQ(kick({{"uid", "42"}, {"revoke_s", "9"}}).status, 200) << "nobody was there, and nobody comes";
  kicker_.next = Error{Error::Code::kTimeout, "comet"};
  EXPECT_EQ(kick({{"uid", "42"}}).status, 503);
  EXPECT_NE(kick({{"uid", "42"}, {"revoke_s", "9"}}).body.find("revoked, but"), std::string::npos);
  table_.down = true;
  EXPECT_NE(kick({{"uid", "42"}, {"revoke_s", "9"}}).body.find("the revocation was not stored"), std::string::npos);
}

TEST_F(KickDeskTest, ARevocationThatCannotBeStoredKeepsNoConnectionOpen) {
  table_.down = true;
  const auto answer = kick({{"uid", "42"}, {"revoke_s", "900"}});
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("2 connections were closed, but the revocation was not stored"), std::string::npos)
      << answer.body;
  EXPECT_EQ(kicker_.kicked.size(), 1U);
}

}  // namespace
}  // namespace im::logic
