#include "logic/client_http/client_http.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

/// Takes tokens "user N"; "away" cannot be asked.
class FakeTokens final : public Authenticator {
 public:
  void identify(AuthAsk ask, Done done) override {
    if (ask.token == "away") return done(Error{Error::Code::kUnavailable, "hook down"});
    if (ask.token != "good") return done(Error{Error::Code::kDenied, "expired"});
    Identity identity;
    identity.uid = Uid(7);
    identity.key = "7/x";
    identity.revocable = true;
    identity.issued_s = 100;
    done(std::move(identity));
  }
};

class ClientHttpTest : public testing::Test {
 protected:
  ClientHttpTest() {
    router.on("who", {}, [](const Caller& caller, const json::object& fields, const Reply& reply) {
      reply(json::object{{"uid", caller.uid.value()}, {"n", fields.contains("n") ? fields.at("n") : json::value()}});
    });
    router.on("busy", {}, [](const Caller&, const json::object&, const Reply& reply) {
      reply(Failure{Code::kSlowDown, "slow", std::chrono::milliseconds(1500), {}});
    });
  }
  HttpResponse post(const std::string& cmd, const std::string& token, const std::string& body = "") {
    HttpRequest request;
    request.headers = {{"authorization", token}, {"content-type", type}};
    request.body = body;
    std::optional<HttpResponse> response;
    http.call(cmd, std::move(request), [&](HttpResponse got) { response = std::move(got); });
    return response.value();
  }
  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  std::string type = "application/json";
  FakeTokens tokens;
  FakeTable table;
  Revocations revocations{table, 0, [] { return std::int64_t{200}; }};
  RequestLimits limits{Rate(), {}};
  RequestRouter router{limits, {}};
  ClientHttp http{TokenCheck(tokens, &revocations), router};
};

TEST_F(ClientHttpTest, AnswersAsOp101Does) {
  const HttpResponse response = post("who", "Bearer good", R"({"n":3})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"ok\":true,\"uid\":7,\"n\":3}\n");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(post("who", "bearer  good").status, 200);
}

/// What the server itself refuses (a bad head, a slow or too large body).
TEST_F(ClientHttpTest, CommandsRefuseInTheirOwnForm) {
  HttpServer open({}), ops({});
  http.add_routes({.push = ops, .open = open, .ops = ops});
  int commands = 0;
  open.each_route([&](const HttpRoute& route) {
    if (route.method != "POST") return;
    ++commands;
    ASSERT_TRUE(route.refusal) << route.pattern;
    const auto refused = [&](int status) { return route.refusal(HttpRequest(), status, "no good"); };
    EXPECT_EQ(refused(431).status, 431) << route.pattern;
    EXPECT_EQ(refused(431).body, "{\"ok\":false,\"code\":4400,\"error\":\"no good\"}\n");
    EXPECT_EQ(refused(413).body, "{\"ok\":false,\"code\":4413,\"error\":\"no good\"}\n");
    EXPECT_EQ(refused(503).status, 503);
    EXPECT_NE(refused(503).body.find("\"code\":4503"), std::string::npos) << refused(503).body;
  });
  EXPECT_EQ(commands, 3) << "who, busy, and what is none";
}

TEST_F(ClientHttpTest, EachFaultHasItsStatusAndCode) {
  EXPECT_EQ(post("who", "").status, 401);
  EXPECT_EQ(post("who", "Basic good").status, 401);
  const HttpResponse expired = post("who", "Bearer old");
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(header(expired, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(expired.body.find("expired"), std::string::npos) << "why is for the log";
  EXPECT_EQ(post("who", "Bearer away").status, 503);
  EXPECT_EQ(post("who", "Bearer good", "{").status, 400);
  EXPECT_EQ(post("who", "Bearer good", R"({"cmd":"busy"})").status, 400);
  EXPECT_EQ(post("who", "Bearer good", std::string(kMaxRequest + 1, ' ')).status, 413);
  EXPECT_EQ(post("nothing", "Bearer good").status, 404);
  const HttpResponse busy = post("busy", "Bearer good");
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(header(busy, "Retry-After"), "2");
  EXPECT_EQ(busy.body, "{\"ok\":false,\"code\":4429,\"error\":\"slow\",\"retry_ms\":1500}\n");
  type = "text/plain";
  EXPECT_EQ(post("who", "Bearer good", "{}").status, 400);
}

TEST_F(ClientHttpTest, ARevokedTokenIsNoToken) {
  revocations.revoke({Uid(7), ""}, std::chrono::hours(1), [](const Status&) {});
  EXPECT_EQ(post("who", "Bearer good").status, 401);
  table.down = true;
  EXPECT_EQ(post("who", "Bearer good").status, 503);
}

}  // namespace

}  // namespace im::logic
