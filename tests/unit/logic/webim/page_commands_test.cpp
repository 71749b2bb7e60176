#include "logic/webim/page_commands.hpp"

#include <future>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic::webim {
namespace {

namespace json = boost::json;

/// Where users are, as the test says.
class Places final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    if (broken) return done(Error{Error::Code::kUnavailable, "no router"});
    LocateAnswer answer;
    answer.by_uid.resize(ask.uids.size());
    answer.complete = !unsure;
    if (!platform.empty()) {
      SessionInfo session;
      session.platform = platform;
      session.comet = kOne;
      answer.by_uid.front().push_back(session);
    }
    done(answer);
  }
  void bind(SessionInfo, Done<BindAnswer>) override {}
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override {}
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer>) override {}

  bool unsure = false, broken = false;
  std::string platform;
};

class PageCommandsTest : public testing::Test, public CallStack {
 protected:
  void SetUp() override {
    ASSERT_TRUE(lobby_.open().ok());
    page_ = people_.add_guest("p", "", false).value().uid;
    commands_.add_requests(router_);
  }
  /// The code that the page's client is told; 0: none.
  std::int64_t says(json::object message) {
    message["cmd"] = "message";
    Caller caller;
    caller.uid = page_;
    caller.family = ClientFamily::kWebim;
    caller.said_hello = true;  // its login is its hello
    std::promise<json::object> got;
    router_.run(caller, json::serialize(message),
                [&got](const Answer& answer) { got.set_value(json::parse(to_json(answer)).as_object()); });
    const json::object answer = got.get_future().get();
    return answer.at("ok").as_bool() ? 0 : answer.at("code").as_int64();
  }
  std::int64_t whisper() { return says({{"channal", 1}, {"to", 2}, {"data", "psst"}}); }
  void run(const char* text, const sql::Values& values = {}) {
    const auto done = chat.database.open()->execute(text, values);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  Places places_;
  FakeQueue queue_;
  PushService push_{places_, queue_, [] { return std::nullopt; }};
  People people_{*chat.store};
  UserEvents events_{places_, gateway};
  LobbyVoice voice_{push_, places_, events_, people_};
  chat::TextGate gate_;
  Lobby lobby_{*chat.store, chat.conversations, gate_};
  Bridge bridge_{chat.messages, "https://media.example"};
  CallPages pages_{entries, asker, busy};
  PageCalls calls_{pages_};
  RequestLimits limits_{Rate(0, 0), {}};
  RequestRouter router_{limits_, {}};
  PageCommands commands_{{people_, lobby_, voice_, bridge_, calls_, shared, pool}, std::chrono::seconds(2)};
  Uid page_;
};

TEST_F(PageCommandsTest, ALineThatIsNotKeptTakesNoTime) {
  run("ALTER TABLE messages RENAME TO elsewhere");
  EXPECT_NE(says({{"data", "one"}}), 0);
  run("ALTER TABLE elsewhere RENAME TO messages");
  EXPECT_EQ(says({{"data", "one"}}), 0) << "the page tries again at once";
  EXPECT_EQ(says({{"data", "two"}}), 4429);
}

TEST_F(PageCommandsTest, ALineThatNobodyWantsCounts) {
  gate_.use([](const chat::TextCheck&) -> Result<std::string> { return Error{Error::Code::kDenied, "no"}; });
  EXPECT_EQ(says({{"data", "spam"}}), 4403);
  EXPECT_EQ(says({{"data", "spam"}}), 4429);
}

TEST_F(PageCommandsTest, APrivateWordIsNotLostInSilence) {
  places_.unsure = true;
  EXPECT_EQ(whisper(), 4503);
  places_.unsure = false;
  places_.broken = true;
  EXPECT_EQ(whisper(), 4503);
  places_.broken = false;
  EXPECT_EQ(whisper(), 0) << "who is not there is nothing to a page";
}

TEST_F(PageCommandsTest, APrivateWordToAUserIsKeptOrRefused) {
  places_.platform = "web";
  run("ALTER TABLE messages RENAME TO elsewhere");
  EXPECT_NE(whisper(), 0);
  run("ALTER TABLE elsewhere RENAME TO messages");
  EXPECT_EQ(whisper(), 0);
  EXPECT_EQ(chat.number("SELECT COUNT(*) FROM messages WHERE body = 'psst'"), 1);
}

TEST(Bridge, WhatIsNoTextIsNamedWithItsAddress) {
  const json::object picture{{"type", "image"}, {"url", "/upload/a.png"}, {"data", ""}};
  EXPECT_EQ(plain_text(picture, "https://media.example"), "[image] https://media.example/upload/a.png");
  EXPECT_EQ(plain_text(picture, ""), "[image] /upload/a.png");
  const json::object far{{"type", "file"}, {"url", "https://x.example/f"}};
  EXPECT_EQ(plain_text(far, "https://media.example"), "[file] https://x.example/f");
  EXPECT_EQ(plain_text({{"data", "a&nbsp;&lt;b"}}, "https://media.example"), "a <b");
}

TEST(MediaWords, APictureIsShownAndTheRestIsALink) {
  const json::object urls{{"file", "/media/file/f.1"}, {"large", "/media/file/l.1"}};
  store::Message row{.type = "image", .sender = Uid(9), .body = R"({"media":"x"})"};
  EXPECT_EQ(media_words(row, urls, "a.png"),
            json::parse(R"({"cmd":"fromMsg","from":9,"channal":1,"type":"image","data":"","url":"/media/file/l.1"})"));
  row.body = R"({"media":"x","caption":"<b>"})";
  EXPECT_EQ(media_words(row, urls, "a.png").at(1),
            json::parse(R"({"cmd":"fromMsg","from":9,"channal":1,"type":"text","data":"&lt;b&gt;"})"));
  for (const char* type : {"file", "voice", "video"}) {
    row.type = type;
    const std::string link =
        R"(] <a href="/media/file/f.1" target="_blank" rel="noopener">&lt;i&gt;.txt</a> &lt;b&gt;)";
    EXPECT_EQ(media_words(row, urls, "<i>.txt").at("data"), json::value("[" + std::string(type) + link));
    EXPECT_EQ(media_words(row, urls, "").at("type"), "text");
  }
}

TEST_F(PageCommandsTest, WhoIsMutedWhispersToNobody) {
  run("INSERT INTO muted_users (uid, until_ms) VALUES (?, ?)", {page_, unix_ms() + 3'600'000});
  for (const char* platform : {"webim", "web"}) {
    places_.platform = platform;
    EXPECT_EQ(whisper(), 4403) << platform;
    shared.now += std::chrono::seconds(2);
  }
}

}  // namespace
}  // namespace im::logic::webim
