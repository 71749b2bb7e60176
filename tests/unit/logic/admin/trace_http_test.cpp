#include "logic/admin/trace_http.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;
constexpr CometInstance kTraced{CometNumber(3), InstanceEpoch(77)};

/// Writes down what it is asked and answers with what the test wants.
class FakeTracer final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand, Reached) override { FAIL() << "traces are asked"; }
  void kick_everywhere(Kick, Reached) override { FAIL() << "nobody is kicked"; }
  void trace(const TraceAsk& ask, Traced done) override {
    asked = ask;
    done(next);
  }
  std::optional<TraceAsk> asked;
  Result<TraceView> next = TraceView{};
};

class TraceDeskTest : public testing::Test {
 protected:
  TraceDeskTest() {
    NodeInfo comet;
    comet.kind = NodeKind::kComet;
    comet.name = "comet-1";
    comet.grpc_address = "127.0.0.1:3109";
    comet.instance = kTraced;
    nodes_ = {comet};
  }
  HttpResponse call(void (TraceDesk::*handler)(const HttpRequest&, HttpReply), Query query) {
    HttpRequest request;
    request.query = std::move(query);
    auto got = std::make_shared<HttpResponse>();
    got->status = 0;
    (desk_.*handler)(request, [got](HttpResponse response) { *got = std::move(response); });
    if (got->status == 0 && !sessions_.locates.empty()) {
      LocateAnswer answer;
      answer.by_uid = {found_};
      sessions_.locates.back().second(answer);
    }
    return *got;
  }
  HttpResponse begin(Query query) { return call(&TraceDesk::begin, std::move(query)); }
  HttpResponse take(Query query) { return call(&TraceDesk::take, std::move(query)); }

  FakeSessions sessions_;
  FakeTracer tracer_;
  std::vector<NodeInfo> nodes_;
  std::vector<SessionInfo> found_;
  TraceDesk desk_{sessions_, tracer_, [this] { return nodes_; }};
};

TEST_F(TraceDeskTest, BeginsWithTheSessionOfAUser) {
  SessionInfo session;
  session.uid = Uid(7);
  session.key = "7/phone";
  session.comet = kTraced;
  session.conn = ConnId(0, 3, 17);
  found_ = {session};
  tracer_.next = TraceView{5, {}, 0, false};
  EXPECT_EQ(begin({{"uid", "7"}, {"bodies", "1"}}).body,
            "{\"id\":\"3-77-5\",\"comet\":\"comet-1\",\"uid\":7,\"key\":\"7/phone\"}\n");
  EXPECT_EQ(tracer_.asked->comet, kTraced);
  EXPECT_EQ(tracer_.asked->conn, ConnId(0, 3, 17));
  EXPECT_TRUE(tracer_.asked->bodies);
  found_.push_back(session);
  EXPECT_EQ(begin({{"uid", "7"}}).status, 409);
  found_.clear();
  EXPECT_EQ(begin({{"uid", "7"}}).status, 404);
}

TEST_F(TraceDeskTest, BeginsWithANamedConnection) {
  EXPECT_EQ(begin({{"conn", "comet-1/1/2/3"}}).status, 200);
  EXPECT_EQ(tracer_.asked->conn, ConnId(1, 2, 3));
  for (const char* conn : {"", "/", "comet-1", "comet-1/", "comet-1/1/2", "comet-1/1/2/3/4", "comet-1/256/2/3",
                           "comet-1/1/16777216/3", "comet-1/1/2/4294967296", "comet-1/-1/2/3", "comet-1/1//3"})
    EXPECT_EQ(begin({{"conn", conn}}).status, 400) << conn;
  EXPECT_EQ(begin({{"conn", "comet-2/1/2/3"}}).status, 404);
  for (const Query& query : {Query{}, Query{{"uid", "x"}}, Query{{"uid", "0"}}, Query{{"uid", "1"}, {"key", "k"}}})
    EXPECT_EQ(begin(query).status, 400);
}

TEST_F(TraceDeskTest, TakesWhatCame) {
  TracedEvent in, out, end;
  in.kind = "in";
  in.op = 2;
  out.kind = "out";
  out.body = "\xff";
  out.waiting = 9;
  end.kind = "closed";
  end.note = "kicked";
  tracer_.next = TraceView{5, {in, out, end}, 4, true};
  EXPECT_EQ(take({{"id", "3-77-5"}, {"end", "1"}}).body,
            R"({"events":[{"kind":"in","time_ms":0,"op":2,"seq":0,"version":0,"size":0},)"
            R"({"kind":"out","time_ms":0,"op":0,"seq":0,"version":0,"size":0,"waiting":9,"body_base64":"/w=="},)"
            R"({"kind":"closed","time_ms":0,"note":"kicked"}],"dropped":4,"over":true})"
            "\n");
  EXPECT_EQ(tracer_.asked->trace, 5U);
  EXPECT_TRUE(tracer_.asked->end);
  for (const char* id : {"", "3", "3-77", "3-77-0", "3-77-x", "3-77-5-1"})
    EXPECT_EQ(take({{"id", id}}).status, 400) << id;
  EXPECT_EQ(take({{"id", "3-78-5"}}).status, 404) << "another instance";
  tracer_.next = Error{Error::Code::kNotFound, "gone"};
  EXPECT_EQ(take({{"id", "3-77-5"}}).status, 404);
  tracer_.next = Error{Error::Code::kTimeout, "late"};
  EXPECT_EQ(take({{"id", "3-77-5"}}).status, 503);
}

}  // namespace
}  // namespace im::logic
