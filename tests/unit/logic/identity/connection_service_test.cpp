#include "logic/identity/connection_service.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "logic/goim/nodes_http.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

constexpr CometInstance kHere{CometNumber(1), InstanceEpoch(10)};
constexpr CometInstance kElsewhere{CometNumber(2), InstanceEpoch(20)};

class ConnectionServiceTest : public testing::Test {
 protected:
  void connect(const std::string& token, const std::string& origin = "", ClientFamily family = ClientFamily::kGoimV2) {
    service_.connect({kHere, ConnId(0, 3, 1), token, "", "10.1.1.1", "tcp", family, origin},
                     [this](Result<ConnectionService::Grant> result) { result_.emplace(std::move(result)); });
  }
  std::unique_ptr<Authenticator> open_ = make_open_authenticator();
  FakeSessions sessions_;
  ConnectionService service_{*open_, sessions_, {{std::chrono::seconds(30), 3}, 7}};
  std::optional<Result<ConnectionService::Grant>> result_;
};

TEST_F(ConnectionServiceTest, BindsWhatTheTokenSays) {
  connect(R"({"mid":5,"key":"k","room_id":"live://1","platform":"web","accepts":[1,2]})");
  ASSERT_EQ(sessions_.binds.size(), 1U);
  const SessionInfo& bound = sessions_.binds[0].first;
  EXPECT_EQ(bound.uid, Uid(5));
  EXPECT_EQ(bound.key, "k");
  EXPECT_EQ(bound.comet, kHere);
  EXPECT_EQ(bound.client_ip, "10.1.1.1");
  EXPECT_FALSE(result_);
  SessionInfo here, elsewhere;
  here.comet = kHere;
  here.conn = ConnId(0, 9, 1);
  elsewhere.comet = kElsewhere;
  sessions_.binds[0].second(BindAnswer{SessionEpoch(77), {here, elsewhere}});
  ASSERT_TRUE(result_ && result_->ok());
  EXPECT_EQ(result_->value().epoch, SessionEpoch(77));
  EXPECT_EQ(result_->value().replaced, std::vector<ConnId>{here.conn});  // only this comet's are closed
  EXPECT_EQ(result_->value().identity.room, "live://1");
  EXPECT_EQ(result_->value().heartbeat.max_missed, 3);
}

/// Takes everybody, and notes who was not let in after all.
class NotingPages final : public Authenticator {
 public:
  void identify(AuthAsk, Done done) override { done(Identity{.uid = Uid(8), .key = "webim/8"}); }
  void not_let_in(const Identity& identity) override { turned_away.push_back(identity.uid); }
  std::vector<Uid> turned_away;
};

TEST_F(ConnectionServiceTest, WhoNamedAClientHearsThatNoRouterTookIt) {
  NotingPages pages;
  service_.on_family(ClientFamily::kWebim, pages);
  for (int i = 0; i < 2; ++i) connect("{}", "", ClientFamily::kWebim);
  ASSERT_EQ(sessions_.binds.size(), 2U);
  sessions_.binds[0].second(BindAnswer{SessionEpoch(77), {}});
  EXPECT_TRUE(pages.turned_away.empty());
  sessions_.binds[1].second(Error{Error::Code::kUnavailable, "dead"});
  EXPECT_EQ(pages.turned_away, std::vector<Uid>{Uid(8)});
}

TEST_F(ConnectionServiceTest, NoTokenLetsIntoARoomOfTheCluster) {
  connect(R"({"mid":5,"key":"k","room_id":"conv://1"})");
  ASSERT_EQ(sessions_.binds.size(), 1U);
  EXPECT_EQ(sessions_.binds[0].first.room, "");
  sessions_.binds[0].second(BindAnswer{SessionEpoch(77), {}});
  ASSERT_TRUE(result_ && result_->ok());
  EXPECT_EQ(result_->value().identity.room, "");
}

TEST_F(ConnectionServiceTest, WhyClientsAreRefusedIsSaid) {
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) connect("[]");
  connect("{");
  const std::string log = testing::internal::GetCapturedStderr();
  const auto first = log.find("token is not a JSON object");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("token is not a JSON object", first + 1), std::string::npos) << "once a minute";
  EXPECT_NE(log.find("token is not JSON"), std::string::npos) << log;
}

TEST_F(ConnectionServiceTest, TheKeyThatKeepsOldPagesOutIsSaid) {
  testing::internal::CaptureStderr();
  connect(R"({"name":"Ann"})", "", ClientFamily::kWebim);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("webim.enabled is false"), std::string::npos);
  ASSERT_TRUE(result_ && !result_->ok());
}

TEST_F(ConnectionServiceTest, OtherCometsAreToldOfTheirReplacedSessionsUnlessTheClientHasLeft) {
  std::vector<SessionInfo> told;
  service_.on_replaced([&](const std::vector<SessionInfo>& sessions) { told = sessions; });
  bool left = false;
  const auto login = [&] {
    ConnectionService::Ask ask{kHere, ConnId(0, 3, 1), R"({"mid":5,"key":"k"})", "", "10.1.1.1", "tcp"};
    ask.gone = [&left] { return left; };
    service_.connect(ask, [this](Result<ConnectionService::Grant> result) { result_.emplace(std::move(result)); });
  };
  SessionInfo here, elsewhere;
  here.comet = kHere;
  elsewhere.comet = kElsewhere;
  elsewhere.conn = ConnId(1, 9, 1);
  elsewhere.epoch = SessionEpoch(70);
  login();
  sessions_.binds.back().second(BindAnswer{SessionEpoch(77), {here, elsewhere}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].comet, kElsewhere);
  EXPECT_EQ(told[0].conn, elsewhere.conn);
  EXPECT_EQ(told[0].epoch, SessionEpoch(70));
  told.clear();
  login();
  left = true;
  sessions_.binds.back().second(BindAnswer{SessionEpoch(78), {elsewhere}});
  EXPECT_TRUE(told.empty());
}

TEST_F(ConnectionServiceTest, TheOrderOfALoginGoesToTheRouterAndATakenBackOneIsNamedByIt) {
  ConnectionService::Ask ask{kHere, ConnId(0, 3, 1), R"({"mid":5,"key":"k"})", "", "10.1.1.1", "tcp"};
  ask.order = SessionEpoch(4711);
  service_.connect(ask, [this](Result<ConnectionService::Grant> result) { result_.emplace(std::move(result)); });
  EXPECT_EQ(sessions_.binds.back().first.epoch, SessionEpoch(4711));
  sessions_.binds.back().second(BindAnswer{SessionEpoch(4711), {}});
  service_.take_back(result_->value());
  ASSERT_EQ(sessions_.taken_back.size(), 1U);
  EXPECT_EQ(sessions_.taken_back[0].key, "k");
  EXPECT_EQ(sessions_.taken_back[0].epoch, SessionEpoch(4711));
}

TEST_F(ConnectionServiceTest, ABadTokenAsksNobody) {
  connect(R"({"mid":"5"})");
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().code, Error::Code::kInvalid);
  EXPECT_TRUE(sessions_.binds.empty());
  EXPECT_EQ(service_.stats().refused, 1U);
}

TEST_F(ConnectionServiceTest, ADeadRouterIsNotTheClientsFault) {
  connect("{}");
  sessions_.binds[0].second(Error{Error::Code::kTimeout, "no answer"});
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().code, Error::Code::kUnavailable);
  EXPECT_EQ(service_.stats().failed, 1U);
}

// covers L05
TEST_F(ConnectionServiceTest, TooManySessionsOfAUserAreToldApartFromABadToken) {
  connect(R"({"mid":5})");
  EXPECT_EQ(sessions_.binds[0].first.max_sessions, 7);
  sessions_.binds[0].second(Error{Error::Code::kOverloaded, "too many"});
  EXPECT_EQ(result_->error().code, Error::Code::kOverloaded);
  connect("5", "", ClientFamily::kGoimV1);
  EXPECT_EQ(sessions_.binds[1].first.max_sessions, 64);
  sessions_.binds[1].second(Error{Error::Code::kOverloaded, "too many"});
  EXPECT_EQ(result_->error().code, Error::Code::kDenied);  // goim v1 knows nothing else
}

// covers W03
TEST_F(ConnectionServiceTest, WithIdentityOpenAnyPageMayConnect) {
  connect("{}", "https://evil.example");
  EXPECT_EQ(sessions_.binds.size(), 1U);
}

// covers W03
TEST(ConnectionServiceOrigin, WithAnotherIdentityAPageThatNoListHasCheckedIsRefused) {
  const auto open = make_open_authenticator();
  FakeSessions sessions;
  ConnectionService service(*open, sessions, {.any_origin = false});
  std::optional<Error::Code> code;
  const auto done = [&](const Result<ConnectionService::Grant>& result) { code = result.error().code; };
  service.connect({.comet = kHere, .token = "{}", .unchecked_origin = "https://evil.example"}, done);
  EXPECT_EQ(code, Error::Code::kDenied);
  EXPECT_TRUE(sessions.binds.empty());
  EXPECT_EQ(service.stats().foreign_origin, 1U);
  service.connect({.comet = kHere, .token = "{}"}, done);  // no browser, or checked by the comet
  EXPECT_EQ(sessions.binds.size(), 1U);
}

TEST(OpenAuthenticator, WhatIsRefused) {
  const auto open = make_open_authenticator();
  for (const char* bad : {"", "[]", "5", "{", "{\"mid\":1.5}", "{\"mid\":9223372036854775808}",
                          "{\"accepts\":[1,\"2\"]}", "{\"key\":1}", "{} x"}) {
    EXPECT_FALSE(open->authenticate(bad).ok()) << bad;
  }
  EXPECT_FALSE(open->authenticate("{\"key\":\"" + std::string(513, 'k') + "\"}").ok());
  EXPECT_FALSE(open->authenticate(std::string(1000, '[')).ok());
}

TEST(OpenAuthenticator, BytesThatAreNoTextAreReadAsGoReadsThem) {
  const auto identity = make_open_authenticator()->authenticate("{\"mid\":5,\"key\":\"a\xff\xe4\"}");
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity.value().key, "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(OpenAuthenticator, AKeyIsMadeWhenThereIsNone) {
  const auto open = make_open_authenticator();
  const auto one = open->authenticate("{}"), two = open->authenticate("null");
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one.value().key.size(), 36U);
  EXPECT_NE(one.value().key, two.value().key);
}

NodeInfo comet(const std::string& name, std::int64_t weight, std::int64_t connections, const std::string& region = "") {
  NodeInfo node;
  node.kind = NodeKind::kComet;
  node.name = name;
  node.weight = weight;
  node.connections = connections;
  node.region = region;
  return node;
}

std::vector<std::string> names(const std::vector<NodeInfo>& nodes) {
  std::vector<std::string> out;
  for (const auto& node : nodes) out.push_back(node.name);
  return out;
}

TEST(BestComets, EmptierHeavierAndNearerFirst) {
  NodePolicy policy;
  policy.region = "eu";
  policy.region_weight = 2;
  EXPECT_EQ(names(best_comets({comet("full", 10, 1000), comet("empty", 10, 0), comet("heavy", 100, 9)}, policy, 5)),
            (std::vector<std::string>{"empty", "heavy", "full"}));
  EXPECT_EQ(names(best_comets({comet("far", 10, 9, "us"), comet("near", 10, 9, "eu")}, policy, 1)),
            std::vector<std::string>{"near"});
}

TEST(BestComets, OfflineAndWeightlessOnesGetNobody) {
  NodeInfo offline = comet("offline", 10, 0);
  offline.offline = true;
  EXPECT_TRUE(best_comets({offline, comet("zero", 0, 0)}, {}, 5).empty());
}

}  // namespace
}  // namespace im::logic
