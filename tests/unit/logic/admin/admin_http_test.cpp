#include "logic/admin/admin_http.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace im::logic {
namespace {

namespace json = boost::json;

/// Answers at once with what the case put in.
class FakeDirectory final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    asked = std::move(ask);
    done(located);
  }
  void bind(SessionInfo, Done<BindAnswer>) override { FAIL(); }
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override { FAIL(); }
  void take_back(SessionEnd) override { FAIL(); }
  void online(OnlineAsk, Done<OnlineAnswer> done) override { done(counted); }

  LocateAsk asked;
  Result<LocateAnswer> located = LocateAnswer{};
  Result<OnlineAnswer> counted = OnlineAnswer{};
};

constexpr CometInstance kComet{CometNumber(3), InstanceEpoch(77)};

struct AdminTest : testing::Test {
  AdminTest() {
    NodeInfo comet;
    comet.kind = NodeKind::kComet;
    comet.name = "comet-1";
    comet.instance = kComet;
    comet.connections = 5;
    comet.draining = true;
    comet.lease_left_ms = 9000;
    comet.addresses = {"10.0.0.1"};
    NodeInfo router;
    router.kind = NodeKind::kRouter;
    router.name = "router-1";
    view.nodes = {comet, router};
    view.version = 12;
    view.age = std::chrono::milliseconds(40);
  }

  using Handler = void (AdminApi::*)(const HttpRequest&, HttpReply);
  json::object get(Handler handler, std::vector<std::pair<std::string, std::string>> query, int status) {
    HttpRequest request;
    request.query = std::move(query);
    HttpResponse response;
    (api.*handler)(request, [&response](HttpResponse given) { response = std::move(given); });
    EXPECT_EQ(response.status, status) << response.body;
    return json::parse(response.body).as_object();
  }

  FakeDirectory directory;
  PushStats push;
  NodeView view;
  AdminApi api{directory, push, [this] { return view; }};
};

TEST_F(AdminTest, NodesTellLeaseAndLoad) {
  const auto body = get(&AdminApi::nodes, {}, 200);
  EXPECT_EQ(body.at("version"), 12);
  const auto& comet = body.at("nodes").as_array().at(0).as_object();
  EXPECT_EQ(comet.at("name"), "comet-1");
  EXPECT_EQ(comet.at("number"), 3);
  EXPECT_EQ(comet.at("epoch"), 77);
  EXPECT_EQ(comet.at("lease_left_ms"), 9000);
  EXPECT_EQ(comet.at("draining"), true);
  EXPECT_EQ(comet.at("connections"), 5);
  EXPECT_EQ(comet.at("addresses"), json::array{"10.0.0.1"});
  EXPECT_FALSE(body.at("nodes").as_array().at(1).as_object().contains("connections"));
}

TEST_F(AdminTest, NodesOfARouterThatIsAwayAre503) {
  view.age.reset();
  EXPECT_EQ(get(&AdminApi::nodes, {}, 503).at("code"), "unavailable");
  view.age = std::chrono::seconds(6);
  EXPECT_EQ(get(&AdminApi::nodes, {}, 503).at("error"), "the router has not answered for 6 s");
}

TEST_F(AdminTest, SessionByUserAndByKey) {
  SessionInfo session;
  session.uid = Uid(8);
  session.key = "phone";
  session.comet = kComet;
  session.conn = ConnId(1, 2, 3);
  session.room = "live://1";
  LocateAnswer answer;
  answer.by_uid = {{session}};
  directory.located = answer;
  const auto body = get(&AdminApi::session, {{"uid", "8"}}, 200);
  EXPECT_EQ(directory.asked.uids, std::vector<std::int64_t>{8});
  const auto& found = body.at("sessions").as_array().at(0).as_object();
  EXPECT_EQ(found.at("key"), "phone");
  EXPECT_EQ(found.at("comet").at("name"), "comet-1");
  EXPECT_EQ(found.at("connection").at("place"), 2);
  EXPECT_EQ(found.at("room_at_login"), "live://1");

  answer.by_uid.clear();
  answer.by_key = {{session}};
  directory.located = answer;
  EXPECT_EQ(get(&AdminApi::session, {{"key", "phone"}}, 200).at("sessions").as_array().size(), 1U);
  EXPECT_EQ(directory.asked.keys, std::vector<std::string>{"phone"});
}

TEST_F(AdminTest, SessionErrors) {
  for (const auto& query : std::vector<std::vector<std::pair<std::string, std::string>>>{
           {}, {{"uid", "x"}}, {{"uid", "0"}}, {{"uid", "1"}, {"key", "a"}}}) {
    EXPECT_EQ(get(&AdminApi::session, query, 400).at("code"), "invalid");
  }
  LocateAnswer answer;
  answer.by_uid = {{}};
  directory.located = answer;
  EXPECT_EQ(get(&AdminApi::session, {{"uid", "9"}}, 404).at("error"), "user 9 has no live session");
  answer.complete = false;
  directory.located = answer;
  EXPECT_EQ(get(&AdminApi::session, {{"uid", "9"}}, 503).at("code"), "unavailable");
  directory.located = Error{Error::Code::kTimeout, "deadline"};
  EXPECT_EQ(get(&AdminApi::session, {{"uid", "9"}}, 503).at("error"), "the router did not answer: deadline");
}

TEST_F(AdminTest, RoomHasItsCountAndComets) {
  LocateAnswer answer;
  answer.by_room = {{kComet, {CometNumber(4), InstanceEpoch(1)}}};
  directory.located = answer;
  OnlineAnswer online;
  online.rooms = {{"live://1", 6}};
  directory.counted = online;
  const auto body = get(&AdminApi::room, {{"id", "live://1"}}, 200);
  EXPECT_EQ(body.at("count"), 6);
  EXPECT_EQ(body.at("comets").as_array().at(0).at("name"), "comet-1");
  EXPECT_EQ(body.at("comets").as_array().at(1).at("name"), "");
  for (const char* wrong : {"", "live", "://1", "live://"}) get(&AdminApi::room, {{"id", wrong}}, 400);
  directory.counted = Error{Error::Code::kUnavailable, "no route"};
  get(&AdminApi::room, {{"id", "live://1"}}, 503);
}

TEST_F(AdminTest, OverviewAddsUp) {
  OnlineAnswer online;
  online.connections = 5;
  online.sessions = 4;
  directory.counted = online;
  push.accepted = 9;
  const auto body = get(&AdminApi::overview, {}, 200);
  EXPECT_EQ(body.at("connections"), 5);
  EXPECT_EQ(body.at("nodes").at("comet"), 1);
  EXPECT_EQ(body.at("nodes").at("job"), 0);
  EXPECT_EQ(body.at("pushes").at("calls"), 9);
}

}  // namespace
}  // namespace im::logic
